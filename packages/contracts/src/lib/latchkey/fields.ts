// Request fields of the latchkey contract.
import type { AccountStatus } from "@latchkey/core";
import { exampleTokens } from "../example-results.ts";
import type { FieldType, WireField } from "../wire-field.ts";
import { ofRoles } from "./texts.ts";

type Fields<Target extends string> = Readonly<Record<string, WireField<Target>>>;

const text: FieldType = { type: "text" };
const examplePassword = "correct horse battery staple";
const aboutUsernames = "1–64 characters, no `@`, no phone number. Spellings that differ in letter case are one.";

/** A password. The example is the same throughout the document. */
export function password<Target extends string>(to: Target, description = ""): WireField<Target> {
  return { to, type: text, secret: true, example: examplePassword, description };
}

/** A user name as entered. */
export function username<Target extends string>(to: Target): WireField<Target> {
  return { to, type: text, example: "gildong", description: aboutUsernames };
}

/** What an account may have beside its user name. `null` is as good as absent at sign-up, and clears later. */
export function profile(onNull: "absent" | "clears"): Fields<"attributes.nickname" | `identifiers.${string}`> {
  const shared = { optional: true, null: onNull };
  return {
    nickname: {
      ...shared,
      to: "attributes.nickname",
      type: { type: "text", form: "name", maximum: 64 },
      example: "홍길동",
    },
    email: {
      ...shared,
      to: "identifiers.email",
      type: text,
      description: "At most 254 characters; unique in the realm.",
      example: "gildong@example.com",
    },
    mobile: {
      ...shared,
      to: "identifiers.mobile",
      type: text,
      description: "E.164; unique in the realm.",
      example: "+821012345678",
    },
  };
}

/** A refresh token. */
export const refreshToken: WireField<"refreshToken"> = {
  to: "refreshToken",
  type: text,
  secret: true,
  example: exampleTokens.refreshToken,
};

/** Log-out: by refresh token, or else by the bearer's. */
export const logOut: Fields<"refreshToken" | "accessToken"> = {
  refresh_token: { ...refreshToken, optional: true, null: "absent", example: null },
  authorization: { to: "accessToken", in: "bearer", type: text, optional: true, example: exampleTokens.accessToken },
};

/** The parameters of RFC 7662 §2.1 and RFC 7009 §2.1. */
export const tokenParameters: Fields<"token"> = {
  token: { to: "token", type: text, secret: true, example: exampleTokens.accessToken },
  token_type_hint: { to: null, type: text, optional: true, blank: true, example: "access_token" },
};

/** A parameter of the path. A malformed one is unknown like any other. */
export function id<Target extends string>(to: Target, example: string): WireField<Target> {
  return { to, in: "path", type: text, example };
}

const statuses: { readonly [Status in AccountStatus]: Status } = {
  active: "active",
  pending: "pending",
  declined: "declined",
  disabled: "disabled",
};

const statusType: FieldType = { type: "choice", choices: statuses };
const list: FieldType = { type: "list", of: { type: "text", maximum: 64 }, maximumItems: 32 };

/** Status of an account. */
export const status: WireField<"status"> = { to: "status", type: statusType, optional: true, example: "active" };

/** Roles of an account; they replace the ones it has. */
export const roles: WireField<"roles"> = { to: "roles", type: list, optional: true, texts: ofRoles, example: ["USER"] };
