// Wire contracts: the types, the profiles, and `defineContract`. Each contract has an entry of its own (`@latchkey/contracts/latchkey`).
export { confirmationPath } from "./lib/confirmation-path.ts";
export { defineContract } from "./lib/define-contract.ts";
export { accessTokenErrors, operationErrors } from "./lib/domain-operations.ts";
export type * from "./lib/domain-operations.ts";
export { operation } from "./lib/operation.ts";
export type { OperationRow } from "./lib/operation.ts";
export { exampleAccount, exampleResults, exampleTokens } from "./lib/example-results.ts";
export {
  codedError,
  detail,
  drfErrors,
  drfInternal,
  drfSchemas,
  fieldErrors,
  takenErrors,
} from "./lib/profiles/drf/drf-errors.ts";
export { drfHeaders, drfProfile } from "./lib/profiles/drf/drf-profile.ts";
export type { DrfOptions } from "./lib/profiles/drf/drf-profile.ts";
export { bearerRealm, simpleJwtTexts } from "./lib/profiles/drf/simple-jwt.ts";
export type { SimpleJwtVersion } from "./lib/profiles/drf/simple-jwt.ts";
export { flaskJwtErrors } from "./lib/profiles/marshmallow/flask-jwt-errors.ts";
export type { FlaskJwtErrors, FlaskJwtTexts } from "./lib/profiles/marshmallow/flask-jwt-errors.ts";
export { marshmallowProfile, werkzeugSchema } from "./lib/profiles/marshmallow/marshmallow-profile.ts";
export type { MarshmallowOptions } from "./lib/profiles/marshmallow/marshmallow-profile.ts";
export { oauthErrorSchema, oauthErrors, oauthProfile } from "./lib/profiles/oauth/oauth-profile.ts";
export { plainProfile } from "./lib/profiles/plain/plain-profile.ts";
export { revelationsOf } from "./lib/revelations.ts";
export type { Revelation } from "./lib/revelations.ts";
export type * from "./lib/wire-contract.ts";
export type * from "./lib/wire-error.ts";
export type * from "./lib/wire-field.ts";
export type * from "./lib/wire-profile.ts";
