// The operations of the rabbit contract: paths, fields and replies as its document has them.
import { exampleTokens } from "../example-results.ts";
import { operation } from "../operation.ts";
import type { AnyWireOperation, WireReply } from "../wire-contract.ts";
import type { FieldType, WireField } from "../wire-field.ts";
import type { Account, IssuedTokens } from "@latchkey/core";
import { frontEnd, rabbitRefusals } from "./errors.ts";

const tag = "사용자 API";
const text = (maximum?: number): FieldType => ({ type: "text", ...(maximum !== undefined && { maximum }) });
const digits: FieldType = { type: "text", pattern: { expression: /^\d{1,15}$/ } };
const id: WireField<"number"> = { to: "number", in: "path", type: digits, example: "31" };
// marshmallow accepts the empty text.
const username = <Target extends string>(to: Target, example: string): WireField<Target> => ({
  to,
  type: text(20),
  blank: true,
  example,
});
const email = <Target extends string>(to: Target, example: string): WireField<Target> => ({
  to,
  type: text(80),
  blank: true,
  example,
});
const password: WireField<"password"> = {
  to: "password",
  type: text(),
  blank: true,
  secret: true,
  example: "Vhtmxmaos123#",
};
const nameOf = ({ attributes: { username: name } }: Account): string => (typeof name === "string" ? name : "");
const tokens: WireReply<{ readonly account: Account; readonly tokens: IssuedTokens }> = {
  status: 200,
  body: ({ tokens: issued }) => ({ access_token: issued.accessToken, refresh_token: issued.refreshToken }),
  schema: "Tokens",
};

/** Every operation. */
export const rabbitOperations: readonly AnyWireOperation[] = [
  operation("logIn", "POST /api/user/login", "로그인", {
    tag,
    fields: { email: email("identifier", "logical_man@naver.com"), password },
    reply: tokens,
  }),
  operation("signUp", "POST /api/user/register", "회원가입", {
    tag,
    description: "비밀번호는 12자 이상이며 대문자, 소문자, 숫자, 특수 문자를 포함해야 합니다.",
    fields: {
      username: username("attributes.username", "goddessana"),
      password,
      email: email("identifiers.email", "twicegddessana1229@gmail.com"),
    },
    refusals: { password: rabbitRefusals.password, email: rabbitRefusals.email },
    reply: {
      status: 201,
      body: ({ account }) => ({ success: `${nameOf(account)} 님, 회원가입을 환영합니다!` }),
      schema: "Success",
    },
  }),
  operation("withdraw", "DELETE /api/user/withdraw", "회원탈퇴", {
    tag,
    authentication: "access_token",
    fields: { username: username("attributes.username", "정재균바보") },
    refusals: { username: rabbitRefusals.otherName },
    reply: { status: 204, body: null },
  }),
  operation("refresh", "POST /api/user/refresh", "액세스 토큰 재발급", {
    tag,
    description: "Refresh token 은 1회용입니다.",
    fields: {
      authorization: {
        to: "refreshToken",
        in: "bearer",
        type: text(),
        optional: true,
        example: exampleTokens.refreshToken,
      },
    },
    reply: tokens,
  }),
  operation("updateAccount", "PUT /api/user/{id}", "회원정보 수정", {
    tag,
    authentication: "access_token",
    owner: "id",
    fields: { id: { ...id, to: null }, username: username("attributes.username", "정재균바보") },
    reply: {
      status: 200,
      body: (account) => ({ success: `닉네임이 ${nameOf(account)} 으로 변경되었습니다.` }),
      schema: "Success",
    },
  }),
  operation("readAccountByNumber", "GET /api/user/{id}", "회원정보 조회", {
    tag,
    fields: { id },
    reply: {
      status: 200,
      body: (account, { added }) => ({ user_info: { username: nameOf(account), total_amount: 0, ...added } }),
      schema: "User",
    },
  }),
  operation("confirmAccount", "GET /api/confirm-user/{id}/{hash}", "이메일 인증", {
    tag,
    fields: { id, hash: { to: "code", in: "path", type: text(), example: "0".repeat(64) } },
    errors: { account_unknown: rabbitRefusals.badCode },
    reply: { status: 302, body: null, headers: () => ({ location: `${frontEnd}/signup/done` }) },
  }),
];
