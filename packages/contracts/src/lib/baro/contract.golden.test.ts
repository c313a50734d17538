// Transcribed from seeds/001_bd5c23b85b017f53.txt (bodies) and from the specification's §2 and §0.5 (statuses, framework texts), not from our own output.
import { describe, expect, it } from "vitest";
import { baro } from "../../baro.ts";
import { noProblem, refusalOf, successOf } from "../testing/golden.ts";

const problem = { ...noProblem, locale: "ko" } as const;

describe("the contract baro", () => {
  it("signs up without a token, and logs in with one", () => {
    expect(successOf(baro, "api_signup_create", { username: "JIN HO", nickname: "Mentos" })).toEqual([
      201,
      '{"username":"JIN HO","nickname":"Mentos"}',
    ]);
    const token = "eKDIkdfjoakIdkfjpekdkcjdkoIOdjOKJDFOlLDKFJKL";
    expect(successOf(baro, "api_login_create", { username: "JIN HO", tokens: { accessToken: token } })).toEqual([
      200,
      `{"token":"${token}"}`,
    ]);
    expect(baro.policy).toMatchObject({ accessLifetimeSeconds: 1800, tokensAtSignUp: false });
  });

  it.each([
    ["identifier_taken", 400, "USER_ALREADY_EXISTS", "이미 가입된 사용자입니다."],
    ["credentials_invalid", 401, "INVALID_CREDENTIALS", "아이디 또는 비밀번호가 올바르지 않습니다."],
    ["access_token_expired", 401, "TOKEN_EXPIRED", "토큰이 만료되었습니다."],
    ["access_token_missing", 401, "TOKEN_NOT_FOUND", "토큰이 없습니다."],
    ["access_token_signature_invalid", 401, "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
    ["access_token_revoked", 401, "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
  ] as const)("%s is %i %s", (code, status, name, message) => {
    expect(refusalOf(baro, code)).toEqual([status, JSON.stringify({ error: { code: name, message } }), undefined]);
  });

  it.each([
    ["access_token_malformed", "Token is invalid"],
    ["access_token_expired", "Token is expired"],
    ["access_token_wrong_kind", "Token has wrong type"],
  ] as const)("refuses a bad Bearer header where none is asked: %s (§0.5)", (code, message) => {
    const error = baro.profile.bearer.errorsWhereOpen![code]!;
    expect([error.status, error.body(problem), error.headers]).toEqual([
      401,
      {
        detail: "이 토큰은 모든 타입의 토큰에 대해 유효하지 않습니다",
        code: "token_not_valid",
        messages: [{ token_class: "AccessToken", token_type: "access", message }],
      },
      { "www-authenticate": 'Bearer realm="api"' },
    ]);
  });

  it("words what the framework refuses in Korean (§0.5)", () => {
    const { texts, problems } = baro.profile;
    expect([
      texts.ko!.required({ problem: "required" }),
      texts.ko!.blank({ problem: "blank" }),
      texts.ko!.null({ problem: "null" }),
      texts.ko!.wrong_type({ problem: "wrong_type", expected: "string" }),
      texts.ko!.too_long({ problem: "too_long", maximum: 150 }),
    ]).toEqual([
      "이 필드는 필수 항목입니다.",
      "이 필드는 blank일 수 없습니다.",
      "이 필드는 null일 수 없습니다.",
      "Not a valid string.",
      "이 필드의 글자 수가 150 이하인지 확인하십시오.",
    ]);
    expect([
      problems.media_type_unsupported.body({ ...problem, mediaType: "text/plain" }),
      problems.method_not_allowed.body({ ...problem, method: "GET" }),
      problems.not_acceptable.body(problem),
      problems.body_not_object.body({ ...problem, detail: "list" }),
    ]).toEqual([
      { detail: '요청된 "text/plain"가 지원되지 않는 미디어 형태입니다.' },
      { detail: '메소드(Method) "GET"는 허용되지 않습니다.' },
      { detail: "Accept header 요청을 만족할 수 없습니다." },
      { non_field_errors: ["유효하지 않은 데이터. 딕셔너리(dictionary)대신 list를 받았습니다."] },
    ]);
  });
});
