// The contract of money_for_rabbit (Flask, Flask-JWT-Extended 4.4): log-in by e-mail, one session per account, refresh tokens that work once.
import type { ClaimSource, JsonObject } from "@latchkey/core";
import { defineContract } from "../define-contract.ts";
import { marshmallowProfile, werkzeugSchema } from "../profiles/marshmallow/marshmallow-profile.ts";
import type { WireContract } from "../wire-contract.ts";
import { frontEnd, rabbitErrors, rabbitRefusals } from "./errors.ts";
import { rabbitOperations } from "./operations.ts";

const day = 86_400;
const claims = (kind: "access" | "refresh"): Readonly<Record<string, ClaimSource>> => ({
  fresh: { literal: kind === "access" },
  iat: { from: "issued_at" },
  jti: { from: "token_id" },
  type: { literal: kind },
  sub: { from: "account_number" },
  nbf: { from: "issued_at" },
  exp: { from: "expires_at" },
});

const text: JsonObject = { type: "string" };
const object = (properties: Readonly<Record<string, JsonObject>>): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** The contract. */
export const rabbit: WireContract = defineContract({
  id: "rabbit",
  title: "money_for_rabbit",
  locales: ["ko"],
  profile: marshmallowProfile({
    locale: "ko",
    texts: { required: () => "해당 필드를 입력해 주세요.", null: () => "해당 필드는 null 이 될 수 없습니다." },
    notAnObject: rabbitRefusals.notAnObject,
    badHeader: rabbitRefusals.invalidToken,
    pathUnknown: rabbitRefusals.pathUnknown,
  }),
  claims: {
    access: {
      header: ["typ", "alg"],
      typ: "JWT",
      claims: { ...claims("access"), username: { attribute: "username" } },
    },
    refresh: { header: ["typ", "alg"], typ: "JWT", claims: claims("refresh") },
    tokenIdForm: "uuid",
    refreshKey: "shared",
  },
  policy: {
    accessLifetimeSeconds: day,
    refreshIdleSeconds: 30 * day,
    // Each refresh token of the original lived for 30 days, whatever came before it.
    refreshAbsoluteSeconds: 3650 * day,
    leewaySeconds: 0,
    revokeFamilyOnReuse: false,
    maxFamiliesPerAccount: 1,
    accessRevocation: "none",
    tokensAtSignUp: false,
    revealsUnknownAccounts: true,
    identifiers: { email: { syntax: "email", form: "folded", maximum: 80 } },
    logInWith: ["email"],
    passwordRule: { minimum: 12, maximum: 256, classes: ["upper", "lower", "digit", "punctuation"] },
  },
  operations: rabbitOperations,
  errors: rabbitErrors,
  internal: rabbitRefusals.internal,
  messages: {
    confirmEmail: ({ link, attributes: { username } }) => ({
      subject: `[Money For Rabbit] - ${String(username)} 님, 인증을 완료해 주세요.`,
      text: `아래 링크를 열어 인증을 완료해 주세요.\n${link}`,
    }),
  },
  origins: [frontEnd, "http://localhost:3000"],
  document: {
    description: "Money For Rabbit 서비스 Backend API 명세서입니다.",
    version: "1.0.0",
    schemas: {
      Tokens: object({ access_token: text, refresh_token: text }),
      Success: object({ success: text }),
      User: object({ user_info: object({ username: text, total_amount: { type: "integer" } }) }),
      Error: object({
        error: {
          oneOf: [text, { type: "object", additionalProperties: { type: "array", items: text } }],
          description: "에러 상세 내용. 필드 에러는 필드 이름별 목록입니다.",
        },
      }),
      [werkzeugSchema]: object({ message: text }),
    },
    errorSchema: "Error",
  },
});
