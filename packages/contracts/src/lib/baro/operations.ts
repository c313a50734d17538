// The operations of `baro`: sign-up, log-in, and the check of a token from body or header.
import { exampleTokens } from "../example-results.ts";
import { operation } from "../operation.ts";
import { invalidToken } from "../profiles/drf/coded-errors.ts";
import { openField, textField } from "../profiles/drf/drf-fields.ts";
import type { AnyWireOperation, WireReply } from "../wire-contract.ts";
import type { WireField } from "../wire-field.ts";

const verified: WireReply<unknown> = {
  status: 200,
  body: () => ({ message: "유효한 토큰입니다." }),
  schema: "Verify",
};

const header: WireField<"accessToken"> = {
  ...openField("accessToken", exampleTokens.accessToken),
  in: "bearer",
  optional: true,
};

/** Every operation. */
export const baroOperations: readonly AnyWireOperation[] = [
  operation("signUp", "POST /api/signup/", "회원가입", {
    tag: "signup",
    operationId: "api_signup_create",
    requestSchema: "SignupRequest",
    fields: {
      username: textField("identifiers.username", 150, "JIN HO"),
      password: { ...textField("password", 128, "12341234"), secret: true },
      nickname: textField("attributes.nickname", 128, "Mentos"),
    },
    reply: {
      status: 201,
      body: ({ account }, { added }) => ({
        username: account.identifiers["username"] ?? null,
        nickname: account.attributes["nickname"] ?? null,
        ...added,
      }),
      schema: "Signup",
    },
    success: { username: "JIN HO", nickname: "Mentos" },
  }),
  operation("logIn", "POST /api/login/", "로그인", {
    tag: "login",
    operationId: "api_login_create",
    requestSchema: "LoginRequest",
    fields: {
      username: openField("identifier", "JIN HO"),
      password: { ...openField("password", "12341234"), secret: true },
    },
    reply: { status: 200, body: ({ tokens }, { added }) => ({ token: tokens.accessToken, ...added }), schema: "Login" },
    success: { token: "eKDIkdfjoakIdkfjpekdkcjdkoIOdjOKJDFOlLDKFJKL" },
  }),
  operation("verifyToken", "POST /api/verify/", "토큰 검증", {
    tag: "verify",
    operationId: "api_verify_create",
    requestSchema: "VerifyRequest",
    // The body's token counts; the header's only where the body has none.
    fields: {
      authorization: header,
      token: {
        ...openField("accessToken", exampleTokens.accessToken),
        optional: true,
        null: "absent",
        blank: "absent",
      },
    },
    reply: verified,
    errors: { request_malformed: invalidToken },
  }),
  operation("verifyToken", "GET /api/verify/", "토큰 검증", {
    tag: "verify",
    operationId: "api_verify_retrieve",
    fields: { authorization: header },
    reply: verified,
  }),
];
