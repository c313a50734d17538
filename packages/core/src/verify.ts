// For resource servers without a database: verify access tokens by the issuer's published keys.
export { IdentityError } from "./lib/errors/identity-error.ts";
export type { IdentityErrorCode } from "./lib/errors/identity-error.ts";
export type { Clock } from "./lib/kernel/clock.ts";
export type { JsonObject, JsonValue } from "./lib/kernel/json.ts";
export { createResourceServerVerifier } from "./lib/verification/resource-server.ts";
export type {
  ResourceServerOptions,
  ResourceServerVerifier,
  VerifiedAccessToken,
} from "./lib/verification/resource-server.ts";
