// JSON Schemas of the latchkey contract's bodies, for its document. Tests hold every answer against them.
import type { JsonObject } from "@latchkey/core";
import { oauthErrorSchema } from "../profiles/oauth/oauth-profile.ts";
import type { JsonSchema } from "../wire-contract.ts";

const nullable = (schema: JsonObject): JsonObject => ({ ...schema, type: [schema["type"]!, "null"] as const });
const object = (properties: Readonly<Record<string, JsonObject>>, optional: readonly string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const page = (item: string): JsonSchema =>
  object({
    items: { type: "array", items: ref(item) },
    next_cursor: { type: ["string", "null"], description: "Give it as `cursor` to read on; null on the last page." },
  });

const text: JsonObject = { type: "string" };
const seconds: JsonObject = { type: "integer", minimum: 0, description: "Seconds from now." };
const time: JsonObject = { type: "string", format: "date-time", description: "RFC 3339, UTC." };
const tokens = {
  access_token: { ...text, description: "RFC 9068. Send it as `Authorization: Bearer …`." },
  token_type: { ...text, const: "Bearer" },
  expires_in: seconds,
  refresh_token: { ...text, description: "Exchange it at /token/refresh for a new pair; each works once." },
  refresh_expires_in: seconds,
} satisfies Record<string, JsonObject>;

/** Schemas by name. */
export const latchkeySchemas: Readonly<Record<string, JsonSchema>> = Object.freeze({
  Account: object({
    id: { ...text, minLength: 22, maxLength: 22, description: "base57 of a UUID; `sub` of its tokens." },
    number: { type: "integer", minimum: 1, description: "Counts up, never given twice." },
    username: nullable(text),
    nickname: nullable(text),
    email: nullable(text),
    mobile: { ...nullable(text), description: "E.164." },
    roles: { type: "array", items: text },
    status: { ...text, enum: ["active", "pending", "declined", "disabled"] },
    created_at: time,
  }),
  Tokens: object(tokens),
  SignedIn: object({ account: ref("Account"), ...tokens }),
  SignedUp: {
    ...object({ account: ref("Account"), ...tokens }, Object.keys(tokens)),
    description: "Only the account where the realm approves first.",
  },
  Session: object({
    id: text,
    device: { ...nullable(text), description: "The User-Agent of the log-in." },
    address: nullable(text),
    created_at: time,
    last_used_at: time,
    current: { type: "boolean", description: "Whether the asking token belongs to it." },
  }),
  SessionPage: page("Session"),
  AccountPage: page("Account"),
  Event: object({
    seq: {
      type: "integer",
      minimum: 1,
      description: "Counts up without a gap over all realms, in the order of commits.",
    },
    type: { ...text, description: "What happened; docs/events.md lists the types. Later releases add some." },
    at: { ...time, description: "RFC 3339, UTC, with milliseconds." },
    realm: text,
    actor: { ...text, enum: ["account", "administrator", "operator", "system", "anonymous"] },
    actor_account_id: { ...nullable(text), description: "Who acted, where it is not the account acted on." },
    account_id: nullable(text),
    session_id: nullable(text),
    address: nullable(text),
    user_agent: nullable(text),
    request_id: { ...nullable(text), description: "The `x-request-id` of the answer." },
    detail: { type: "object", description: "Depends on the type; never a secret." },
  }),
  EventPage: page("Event"),
  Introspection: {
    type: "object",
    description: "RFC 7662 §2.2. `token_type` is `Bearer` for an access token and `refresh_token` for a refresh token.",
    properties: { active: { type: "boolean" }, token_type: { ...text, enum: ["Bearer", "refresh_token"] } },
    required: ["active"],
  },
  JwkSet: {
    ...object({ keys: { type: "array", items: { type: "object", required: ["kty"] } } }),
    description: "RFC 7517 §5.",
  },
  Error: object({
    error: object(
      {
        code: { ...text, description: "For programs; never changes." },
        message: { ...text, description: "For people; English, or Korean where Accept-Language prefers it." },
        fields: {
          type: "object",
          additionalProperties: { type: "array", items: text },
          description: "What is wrong with which field, all at once.",
        },
        request_id: text,
      },
      ["fields"],
    ),
  }),
  [oauthErrorSchema.name]: oauthErrorSchema.schema,
});
