// The contract `baro` (seeds/001): Django, SimpleJWT 5.5, Korean. Its document's own bodies for accounts and tokens; the framework's for all else.
import { defineContract } from "../define-contract.ts";
import { codedTokenErrors, invalidCredentials, refusedLogIns } from "../profiles/drf/coded-errors.ts";
import { codedError, drfErrors, drfInternal, drfSchemas } from "../profiles/drf/drf-errors.ts";
import { djangoPolicy, objectSchema, textSchema } from "../profiles/drf/drf-fields.ts";
import { drfProfile } from "../profiles/drf/drf-profile.ts";
import { accessTokenRefusals, simpleJwtClaims } from "../profiles/drf/simple-jwt.ts";
import type { WireContract } from "../wire-contract.ts";
import { baroOperations } from "./operations.ts";

/** The contract. */
export const baro: WireContract = defineContract({
  id: "baro",
  title: "baro_inturn API Document",
  locales: ["ko"],
  profile: drfProfile({
    locale: "ko",
    authentication: "simplejwt",
    errorsWhereOpen: accessTokenRefusals("ko", "5.4"),
  }),
  claims: simpleJwtClaims(["alg", "typ"]),
  policy: { ...djangoPolicy, accessLifetimeSeconds: 1_800, tokensAtSignUp: false },
  operations: baroOperations,
  errors: {
    ...drfErrors({ locale: "ko", simpleJwt: "5.4" }),
    ...codedTokenErrors,
    ...refusedLogIns(invalidCredentials),
    identifier_taken: codedError(400, "USER_ALREADY_EXISTS", "이미 가입된 사용자입니다."),
  },
  internal: drfInternal("ko"),
  document: {
    description: "drf-specatular 를 사용해서 만든 API 문서입니다.",
    version: "1.0.0",
    license: "MIT",
    schemas: {
      Signup: objectSchema({ username: textSchema, nickname: textSchema }),
      Login: objectSchema({ token: textSchema }),
      Verify: objectSchema({ message: textSchema }),
      ...drfSchemas,
    },
    errorSchema: "Detail",
    bearerScheme: "jwtAuth",
    pages: [
      { path: "/swagger.json/", shows: "json" },
      { path: "/redoc/", shows: "reference" },
    ],
  },
});
