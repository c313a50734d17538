// The operations of `onboarding`: sign-up reads its values as they are, log-in is SimpleJWT's own view, and refresh words every refusal alike.
import { exampleTokens } from "../example-results.ts";
import { operation } from "../operation.ts";
import { detail } from "../profiles/drf/drf-errors.ts";
import { openField, textField } from "../profiles/drf/drf-fields.ts";
import { drfProfile } from "../profiles/drf/drf-profile.ts";
import { simpleJwtTexts } from "../profiles/drf/simple-jwt.ts";
import type { AnyWireOperation } from "../wire-contract.ts";
import type { WireProfile } from "../wire-profile.ts";

/** Where nothing else is said: DRF with SimpleJWT as default authentication. */
export const onboardingProfile: WireProfile = drfProfile({ locale: "en", authentication: "simplejwt" });

/** Sign-up takes values from the body without a serializer. */
const rawValues: WireProfile = { ...onboardingProfile, trimTexts: false };

/** SimpleJWT's own views authenticate nobody: they ignore a Bearer header. */
const ownView: WireProfile = { ...onboardingProfile, bearer: { ...onboardingProfile.bearer, refusedWhereOpen: false } };

const invalidInput = detail(400, "invalid_input", "Invalid input");
const notRefreshed = detail(401, "token_not_valid", simpleJwtTexts.invalidOrExpired);

/** Every operation. */
export const onboardingOperations: readonly AnyWireOperation[] = [
  operation("signUp", "POST /signup", "회원가입", {
    tag: "signup",
    operationId: "signup",
    profile: rawValues,
    fields: {
      username: textField("identifiers.username", 150, "JIN HO"),
      password: { ...textField("password", 128, "12341234"), secret: true },
      nickname: {
        ...textField("attributes.nickname", 255, "Mentos"),
        optional: true,
        null: "absent",
        blank: true,
      },
    },
    reply: {
      status: 201,
      body: ({ account }, { added }) => ({
        username: account.identifiers["username"] ?? null,
        nickname: account.attributes["nickname"] ?? null,
        roles: account.roles.map((role) => ({ role })),
        ...added,
      }),
      schema: "Signup",
    },
    errors: {
      request_malformed: invalidInput,
      password_unacceptable: invalidInput,
      identifier_taken: detail(400, "user_exists", "User already exists"),
    },
    success: { username: "JIN HO", nickname: "Mentos", roles: [{ role: "USER" }] },
  }),
  operation("logIn", "POST /login", "로그인", {
    tag: "login",
    operationId: "login",
    profile: ownView,
    fields: {
      username: openField("identifier", "JIN HO"),
      password: { ...openField("password", "12341234"), secret: true },
    },
    reply: { status: 200, body: ({ tokens }, { added }) => ({ token: tokens.accessToken, ...added }), schema: "Login" },
    success: { token: "eKDIkdfjoakIdkfjpekdkcjdkoIOdjOKJDFOlLDKFJKL" },
  }),
  operation("refresh", "POST /onboarding/token/refresh/", "Token refresh", {
    tag: "token",
    operationId: "token_refresh",
    description: "Exchanges a refresh token for a new pair; the old one is blacklisted.",
    fields: { refresh: { ...openField("refreshToken", exampleTokens.refreshToken), secret: true } },
    reply: {
      status: 200,
      body: ({ tokens }) => ({ access: tokens.accessToken, refresh: tokens.refreshToken }),
      schema: "Tokens",
    },
    errors: {
      refresh_token_malformed: notRefreshed,
      refresh_token_signature_invalid: notRefreshed,
      refresh_token_wrong_kind: notRefreshed,
      refresh_token_unknown: notRefreshed,
      refresh_token_expired: notRefreshed,
      refresh_token_revoked: notRefreshed,
      refresh_token_reused: notRefreshed,
      account_pending: notRefreshed,
      account_declined: notRefreshed,
      account_disabled: notRefreshed,
    },
  }),
];
