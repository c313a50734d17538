// What the rabbit contract answers to each of core's error codes: {"error": a text, or the schema's problems by field}.
import type { WireError, WireErrors } from "../wire-error.ts";
import { flaskJwtErrors } from "../profiles/marshmallow/flask-jwt-errors.ts";

const refuse = (status: number, text: string): WireError => ({
  status,
  name: text,
  body: () => ({ error: text }),
});

/** Where its pages are. */
export const frontEnd = "https://money-for-rabbit.netlify.app";

// Sends the browser back to the pages.
const sendTo = (address: string): WireError => ({
  ...refuse(302, "인증에 실패했습니다."),
  name: address,
  bodyless: true,
  headers: { location: address },
});

const { invalid: invalidToken, ...tokenErrors } = flaskJwtErrors({
  missing: "토큰 정보가 필요합니다.",
  invalid: "잘못된 토큰입니다.",
  expired: "토큰이 만료되었습니다.",
});
const schemaProblems: WireError = { status: 400, name: "schema", body: ({ fields }) => ({ error: { ...fields } }) };
const userUnknown = refuse(404, "사용자를 찾을 수 없습니다.");
const notAllowed = refuse(403, "권한이 없습니다.");
const usedTwice = refuse(401, "refresh token 은 2회 이상 사용될 수 없습니다.");
const wrongCredentials = refuse(401, "이메일과 비밀번호를 확인하세요.");
const faultText = "서버 에러로 요청을 처리하지 못했습니다. 관리자에게 문의하세요.";
const tooMany = refuse(429, "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.");
const later = refuse(503, faultText);
const badCode = sendTo(`${frontEnd}/signup/fail`);

type Named =
  | "invalidToken"
  | "notAnObject"
  | "pathUnknown"
  | "password"
  | "email"
  | "otherName"
  | "confirmed"
  | "badCode"
  | "internal";

/** Refusals that operations and the profile name. */
export const rabbitRefusals: Readonly<Record<Named, WireError>> = Object.freeze({
  invalidToken,
  notAnObject: { ...schemaProblems, body: () => ({ error: { _schema: ["Invalid input type."] } }) },
  pathUnknown: refuse(404, "요청하신 주소를 찾을 수 없습니다."),
  password: refuse(400, "유효한 비밀번호 값이 아닙니다."),
  email: refuse(400, "유효한 이메일 값이 아닙니다."),
  otherName: refuse(400, "잘못된 접근입니다."),
  confirmed: sendTo(`${frontEnd}/`),
  badCode,
  internal: refuse(500, faultText),
} satisfies Record<Named, WireError>);

/** Every code of core. */
export const rabbitErrors: WireErrors = Object.freeze({
  ...tokenErrors,
  request_malformed: schemaProblems,
  identifier_taken: refuse(400, "중복된 이메일입니다."),
  signup_closed: notAllowed,
  password_unacceptable: rabbitRefusals.password,
  credentials_invalid: wrongCredentials,
  account_pending: refuse(400, "이메일 인증이 되지 않은 계정입니다."),
  account_declined: notAllowed,
  account_disabled: notAllowed,
  account_unknown: userUnknown,
  forbidden: notAllowed,
  rate_limited: tooMany,
  busy: later,
  store_unavailable: later,
  message_undeliverable: later,
  session_unknown: userUnknown,
  resource_unknown: userUnknown,
  access_token_revoked: invalidToken,
  // Access tokens outlive a withdrawal here, so their bearer is told what it asks about.
  access_token_account_unknown: userUnknown,
  access_token_account_disabled: notAllowed,
  refresh_token_unknown: usedTwice,
  refresh_token_revoked: usedTwice,
  refresh_token_reused: usedTwice,
  code_missing: badCode,
  code_invalid: badCode,
  code_expired: badCode,
  code_used: rabbitRefusals.confirmed,
  code_exhausted: tooMany,
  client_unauthenticated: notAllowed,
} satisfies WireErrors);
