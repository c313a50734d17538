// The operations of `intern`: sign-up answers both tokens, log-in the refresh token alone.
import { operation } from "../operation.ts";
import { openField, textField } from "../profiles/drf/drf-fields.ts";
import type { AnyWireOperation } from "../wire-contract.ts";

/** Python's `[\w.@+-]+`: letters and digits of any script, no blank. */
export const usernamePattern: RegExp = /^[\p{L}\p{N}_.@+-]+$/u;

const notAUsername = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";

/** Every operation. */
export const internOperations: readonly AnyWireOperation[] = [
  operation("signUp", "POST /accounts/signup/", "Signup", {
    tag: "Signup",
    description: "회원 가입을 위한 API",
    operationId: "accounts_signup_create",
    requestSchema: "SignupRequest",
    exampleName: "Signup Example",
    fields: {
      username: {
        to: "identifiers.username",
        type: { type: "text", maximum: 150, pattern: { expression: usernamePattern, problem: "invalid_format" } },
        texts: { en: { invalid_format: () => notAUsername } },
        example: "JIN HO",
      },
      password: { ...textField("password", 128, "12341234"), secret: true },
      nickname: textField("attributes.nickname", 30, "Mentos"),
    },
    reply: {
      status: 201,
      body: ({ account, tokens }, { added }) => ({
        username: account.identifiers["username"] ?? null,
        nickname: account.attributes["nickname"] ?? null,
        access: tokens?.accessToken ?? null,
        refresh: tokens?.refreshToken ?? null,
        ...added,
      }),
      schema: "Signup",
    },
  }),
  operation("logIn", "POST /accounts/login/", "Login", {
    tag: "Login",
    description: "로그인을 위한 API",
    operationId: "accounts_login_create",
    requestSchema: "LoginRequest",
    exampleName: "Login Example",
    fields: {
      username: openField("identifier", "JIN HO"),
      password: { ...openField("password", "12341234"), secret: true },
    },
    reply: {
      status: 200,
      body: ({ tokens }, { added }) => ({ token: tokens.refreshToken, ...added }),
      schema: "Login",
    },
  }),
];
