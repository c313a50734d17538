// The contract `intern` (seeds/000): Django, SimpleJWT 5.5, English; DRF's own tokens are its default authentication, so it judges no Bearer header.
import { defineContract } from "../define-contract.ts";
import { codedTokenErrors, invalidCredentials, refusedLogIns } from "../profiles/drf/coded-errors.ts";
import { drfErrors, drfInternal, drfSchemas, takenErrors } from "../profiles/drf/drf-errors.ts";
import { djangoPolicy, objectSchema, textSchema } from "../profiles/drf/drf-fields.ts";
import { drfProfile } from "../profiles/drf/drf-profile.ts";
import { simpleJwtClaims } from "../profiles/drf/simple-jwt.ts";
import type { WireContract } from "../wire-contract.ts";
import { internOperations, usernamePattern } from "./operations.ts";

/** The contract. */
export const intern: WireContract = defineContract({
  id: "intern",
  title: "바로인턴11기_배민경의 API",
  locales: ["en"],
  profile: drfProfile({ locale: "en", authentication: "token" }),
  claims: simpleJwtClaims(["alg", "typ"]),
  policy: {
    ...djangoPolicy,
    accessLifetimeSeconds: 300,
    identifiers: { username: { syntax: "text", form: "exact", maximum: 150, pattern: usernamePattern } },
  },
  operations: internOperations,
  errors: {
    ...drfErrors({ locale: "en", simpleJwt: "5.4" }),
    ...codedTokenErrors,
    ...refusedLogIns({ ...invalidCredentials, headers: { "www-authenticate": "Token" } }),
    identifier_taken: takenErrors("A user with that username already exists."),
  },
  internal: drfInternal("en"),
  document: {
    description: "",
    version: "1.0.0",
    schemas: {
      Signup: objectSchema({ username: textSchema, nickname: textSchema, access: textSchema, refresh: textSchema }),
      Login: objectSchema({ token: textSchema }),
      ...drfSchemas,
    },
    errorSchema: "Detail",
    bearerScheme: "jwtAuth",
    pages: [
      { path: "/schema/", shows: "yaml" },
      { path: "/schema/redoc/", shows: "reference" },
    ],
  },
});
