// The contract `onboarding` (seeds/002): Django, SimpleJWT 5.3, English, with roles.
import { defineContract } from "../define-contract.ts";
import { drfErrors, drfInternal, drfSchemas } from "../profiles/drf/drf-errors.ts";
import { djangoPolicy, objectSchema, textSchema } from "../profiles/drf/drf-fields.ts";
import { simpleJwtClaims } from "../profiles/drf/simple-jwt.ts";
import type { WireContract } from "../wire-contract.ts";
import { onboardingOperations, onboardingProfile } from "./operations.ts";

/** The contract. */
export const onboarding: WireContract = defineContract({
  id: "onboarding",
  title: "Preonboarding",
  locales: ["en"],
  profile: onboardingProfile,
  claims: simpleJwtClaims(["alg", "typ"]),
  // Rotation starts a new day each time; the original knows no end of it, we end a log-in after a year.
  policy: {
    ...djangoPolicy,
    accessLifetimeSeconds: 900,
    refreshAbsoluteSeconds: 31_536_000,
    tokensAtSignUp: false,
    rolesAtSignUp: ["USER"],
  },
  operations: onboardingOperations,
  errors: drfErrors({ locale: "en", simpleJwt: "5.3" }),
  internal: drfInternal("en"),
  document: {
    description: "회원가입과 로그인, Access / Refresh Token 발행과 검증.",
    version: "1.0.0",
    schemas: {
      Signup: objectSchema({
        username: textSchema,
        nickname: { type: ["string", "null"] },
        roles: { type: "array", items: objectSchema({ role: textSchema }) },
      }),
      Login: objectSchema({ token: textSchema }),
      Tokens: objectSchema({ access: textSchema, refresh: textSchema }),
      ...drfSchemas,
    },
    errorSchema: "Detail",
    bearerScheme: "jwtAuth",
    frontPage: ["signUp", "logIn"],
  },
});
