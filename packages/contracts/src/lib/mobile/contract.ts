// The contract `mobile` (seeds/003): Django, drfpasswordless, SimpleJWT 4.x, Korean. Members are approved, and log in with a code sent by SMS.
import type { RealmPolicy } from "@latchkey/core";
import { defineContract } from "../define-contract.ts";
import { drfInternal, drfSchemas } from "../profiles/drf/drf-errors.ts";
import { djangoPolicy, objectSchema, textSchema } from "../profiles/drf/drf-fields.ts";
import { simpleJwtClaims } from "../profiles/drf/simple-jwt.ts";
import type { JsonSchema, WireContract } from "../wire-contract.ts";
import { mobileErrors } from "./errors.ts";
import { memberOperations } from "./member-operations.ts";
import { accountOperations, mobileProfile } from "./operations.ts";
import { koreanMobile } from "./phone-number.ts";
import { documentedReferenceData, type ReferenceData } from "./reference-data.ts";

const unique = { syntax: "text", form: "exact", maximum: 150 } as const;

/** A log-out leaves the access token alive, as documented; whoever is declined or switched off loses it all the same. */
const policy: Partial<RealmPolicy> = {
  ...djangoPolicy,
  refreshAbsoluteSeconds: 31_536_000,
  accessLifetimeSeconds: 300,
  accessRevocation: "enforced",
  logoutEndsAccess: false,
  logOutNeedsLiveToken: true,
  signUp: "approval",
  tokensForPending: true,
  refreshForPending: true,
  identifiers: {
    username: unique,
    mobile: { syntax: "mobile", form: "exact", maximum: 16, normalise: koreanMobile },
    unique_in_site: unique,
    unique_key: unique,
  },
  logInWith: ["mobile"],
  logInWithCode: ["mobile"],
};

const nullableText: JsonSchema = { type: ["string", "null"] };
const interest = objectSchema({ emoji: textSchema, name: textSchema, uuid: textSchema, image: textSchema });
const profession = objectSchema({ emoji: textSchema, name: textSchema, uuid: textSchema });
const user = objectSchema({
  age: { type: ["integer", "null"] },
  birth: nullableText,
  gender: nullableText,
  interests: { type: "array", items: interest },
  profession: { anyOf: [profession, { type: "null" }] },
  profile: nullableText,
  status: { type: "string", enum: ["pending", "accepted", "declined"] },
  username: nullableText,
  uuid: textSchema,
});

/** The contract with the entries that members choose from. */
export function createMobileContract(data: ReferenceData): WireContract {
  return defineContract({
    id: "mobile",
    title: "Accounts",
    locales: ["ko"],
    profile: mobileProfile,
    claims: simpleJwtClaims(["typ", "alg"], "account_id"),
    policy,
    operations: [...accountOperations(data), ...memberOperations(data)],
    errors: mobileErrors,
    internal: drfInternal("ko"),
    // The library's own sentence, English in every language.
    messages: { logInCode: ({ code }) => ({ subject: "", text: `Use this code to log in: ${code}` }) },
    document: {
      description: "승인 되지 않은 회원 Error Code — 1005: 승인 거절된 회원, 1006: 승인 대기중인 회원",
      version: "1.0.0",
      schemas: {
        User: user,
        LoggedIn: objectSchema({ access: nullableText, refresh: nullableText, user }),
        Tokens: objectSchema({ access: textSchema, refresh: textSchema }),
        Duplicate: objectSchema({ message: textSchema }),
        UploadForms: { type: "array", items: objectSchema({ url: textSchema, fields: { type: "object" } }) },
        ...drfSchemas,
      },
      errorSchema: "Detail",
      bearerScheme: "jwtAuth",
    },
  });
}

/** The contract with the document's own entries. */
export const mobile: WireContract = createMobileContract(documentedReferenceData);
