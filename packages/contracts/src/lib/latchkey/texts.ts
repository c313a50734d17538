// Every error text of the latchkey contract, in English and Korean. The code is for programs, the text for people.
import type { Texts, WireField } from "../wire-field.ts";

/** Codes of the latchkey contract. */
export type LatchkeyCode =
  | "INVALID_REQUEST"
  | "USER_ALREADY_EXISTS"
  | "SIGNUP_CLOSED"
  | "INVALID_CREDENTIALS"
  | "ACCOUNT_PENDING"
  | "ACCOUNT_DECLINED"
  | "ACCOUNT_DISABLED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "TOKEN_NOT_FOUND"
  | "INVALID_TOKEN"
  | "TOKEN_EXPIRED"
  | "TOKEN_REVOKED"
  | "TOKEN_REUSED"
  | "INVALID_CODE"
  | "CODE_EXPIRED"
  | "INVALID_CLIENT"
  | "METHOD_NOT_ALLOWED"
  | "NOT_ACCEPTABLE"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "RATE_LIMITED"
  | "BUSY"
  | "UNAVAILABLE"
  | "INTERNAL";

/** Text by wire code. */
export const latchkeyTexts: Readonly<Record<LatchkeyCode, Texts>> = Object.freeze({
  INVALID_REQUEST: { en: "The request is not valid.", ko: "요청이 올바르지 않습니다." },
  USER_ALREADY_EXISTS: { en: "This user already exists.", ko: "이미 가입된 사용자입니다." },
  SIGNUP_CLOSED: { en: "Sign-up is closed.", ko: "회원가입이 중단되었습니다." },
  INVALID_CREDENTIALS: {
    en: "The user name or password is incorrect.",
    ko: "아이디 또는 비밀번호가 올바르지 않습니다.",
  },
  ACCOUNT_PENDING: { en: "This account is waiting for approval.", ko: "승인 대기 중인 계정입니다." },
  ACCOUNT_DECLINED: { en: "This account was declined.", ko: "승인이 거절된 계정입니다." },
  ACCOUNT_DISABLED: { en: "This account is disabled.", ko: "비활성화된 계정입니다." },
  FORBIDDEN: { en: "You are not allowed to do this.", ko: "권한이 없습니다." },
  NOT_FOUND: { en: "Not found.", ko: "찾을 수 없습니다." },
  TOKEN_NOT_FOUND: { en: "The token is missing.", ko: "토큰이 없습니다." },
  INVALID_TOKEN: { en: "The token is not valid.", ko: "토큰이 유효하지 않습니다." },
  TOKEN_EXPIRED: { en: "The token has expired.", ko: "토큰이 만료되었습니다." },
  TOKEN_REVOKED: { en: "The token has been revoked.", ko: "토큰이 폐기되었습니다." },
  TOKEN_REUSED: {
    en: "A refresh token cannot be used more than once.",
    ko: "refresh token 은 2회 이상 사용될 수 없습니다.",
  },
  INVALID_CODE: { en: "The code is not valid.", ko: "인증 코드가 올바르지 않습니다." },
  CODE_EXPIRED: { en: "The code has expired.", ko: "인증 코드가 만료되었습니다." },
  INVALID_CLIENT: { en: "Client authentication failed.", ko: "클라이언트 인증에 실패했습니다." },
  METHOD_NOT_ALLOWED: { en: "This method is not allowed here.", ko: "허용되지 않는 메소드입니다." },
  NOT_ACCEPTABLE: { en: "Only JSON can be answered.", ko: "JSON으로만 응답할 수 있습니다." },
  PAYLOAD_TOO_LARGE: { en: "The request body is too large.", ko: "요청 본문이 너무 큽니다." },
  UNSUPPORTED_MEDIA_TYPE: {
    en: "The request body must be application/json in UTF-8.",
    ko: "요청 본문은 UTF-8 application/json 이어야 합니다.",
  },
  RATE_LIMITED: { en: "Too many requests. Try again later.", ko: "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요." },
  BUSY: { en: "The server is busy. Try again shortly.", ko: "서버가 혼잡합니다. 잠시 후 다시 시도해 주세요." },
  UNAVAILABLE: {
    en: "The service is unavailable for the moment. Try again shortly.",
    ko: "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.",
  },
  INTERNAL: { en: "Something went wrong on the server.", ko: "서버에서 오류가 발생했습니다." },
});

/** What is said of a value that another account has. */
export const takenText: Texts = Object.freeze({ en: "This is already in use.", ko: "이미 사용 중입니다." });

/** What is said of a page size outside its bounds. */
export const limitText: Texts = Object.freeze({ en: "This must be 1 to 100.", ko: "1 이상 100 이하여야 합니다." });

const tooManyRoles: Texts = Object.freeze({
  en: "At most 32 roles of at most 64 characters each.",
  ko: "역할은 32개 이하, 각각 64자 이하여야 합니다.",
});

/** Of too many roles, and of one that is too long: the profile knows characters only. */
export const ofRoles: NonNullable<WireField["texts"]> = Object.freeze({
  en: { too_long: () => tooManyRoles.en },
  ko: { too_long: () => tooManyRoles.ko },
});
