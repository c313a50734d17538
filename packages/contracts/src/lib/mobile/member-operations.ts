// The operations that clients of `mobile` call beside its document: members, and where their files go. Served below /api and, as siblings printed them, without.
import type { OperationName } from "../domain-operations.ts";
import { operation, type OperationRow } from "../operation.ts";
import type { AnyWireOperation, WireOperation } from "../wire-contract.ts";
import type { WireField } from "../wire-field.ts";
import { duplicate } from "./errors.ts";
import { memberFields } from "./fields.ts";
import type { ReferenceData } from "./reference-data.ts";
import { memberBody } from "./replies.ts";

/** An operation at both paths. */
function sibling<Name extends OperationName>(
  does: Name,
  at: `${WireOperation["method"]} /${string}`,
  summary: string,
  row: OperationRow<Name>,
): WireOperation<Name> {
  const made = operation(does, at, summary, row);
  return { ...made, paths: [`/api${made.paths[0]}`, made.paths[0]] };
}

const users = { tag: "Users" } as const;
const own = { tag: "Users", authentication: "access_token" } as const;
const files = { tag: "Files", authentication: "access_token" } as const;
const uuid: WireField<never> = { to: null, in: "path", type: { type: "text" }, example: "CLS9fByfifGwPy5YQWTQon" };

const folders = {
  "images/users/profiles/profile_": "images/users/profiles/profile_",
  "images/users/avatars/avatar_": "images/users/avatars/avatar_",
  "images/users/verifications/verification_": "images/users/verifications/verification_",
};
const mediaTypes = {
  "image/jpeg": "image/jpeg",
  "image/png": "image/png",
  "image/webp": "image/webp",
  "image/heic": "image/heic",
};
const choiceText: NonNullable<WireField["texts"]> = {
  ko: { not_a_choice: ({ entered = "" }) => `"${entered}"이 유효하지 않은 선택(choice)입니다.` },
};

const fileOperations: readonly AnyWireOperation[] = [
  sibling("signUploads", "POST /sign_s3/", "Sign uploads", {
    ...files,
    operationId: "sign_s3",
    fields: {
      mime: {
        to: "mediaType",
        type: { type: "choice", choices: mediaTypes },
        texts: choiceText,
        example: "image/jpeg",
      },
      path: {
        to: "prefix",
        type: { type: "choice", choices: folders },
        texts: choiceText,
        example: "images/users/profiles/profile_",
      },
      number: { to: "count", type: { type: "integer", minimum: 1, maximum: 10 }, optional: true, example: 1 },
    },
    reply: {
      status: 201,
      body: (forms) => forms.map(({ url, fields }) => ({ url, fields })),
      schema: "UploadForms",
    },
  }),
  sibling("removeUpload", "DELETE /sign_s3/", "Take an upload back", {
    ...files,
    operationId: "remove_upload",
    fields: {
      key: {
        to: "key",
        type: { type: "text", maximum: 255 },
        example: "media/images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg",
      },
    },
    reply: { status: 204, body: null },
  }),
];

/** Members and files. */
export function memberOperations(data: ReferenceData): readonly AnyWireOperation[] {
  return [...userOperations(data), ...fileOperations];
}

function userOperations(data: ReferenceData): readonly AnyWireOperation[] {
  const { mobile: _mobile, unique_in_site: _site, unique_key: _key, ...changeable } = memberFields(data);
  const changes = Object.entries(changeable).map(([name, field]) => [name, { ...field, optional: true }] as const);
  return [
    sibling("checkAvailable", "GET /users/check_duplicate/", "Check duplicate username", {
      ...users,
      operationId: "check_duplicate",
      fields: { username: { to: "identifiers.username", type: { type: "text", maximum: 150 }, example: "도도" } },
      reply: { status: 204, body: null },
      errors: duplicate,
    }),
    sibling("readAccount", "GET /users/me/", "Read yourself", {
      ...own,
      operationId: "me",
      reply: { status: 200, body: (account, context) => memberBody(account, data, context), schema: "User" },
    }),
    sibling("updateAccount", "PATCH /users/{uuid}/", "Change yourself", {
      ...own,
      operationId: "update_user",
      owner: "uuid",
      fields: { uuid, ...Object.fromEntries(changes) },
      reply: { status: 200, body: (account, context) => memberBody(account, data, context), schema: "User" },
    }),
    sibling("deactivateAccount", "DELETE /users/{uuid}/", "Deactivate yourself", {
      ...own,
      operationId: "delete_user",
      owner: "uuid",
      fields: { uuid },
      reply: { status: 204, body: null },
    }),
  ];
}
