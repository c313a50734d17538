// Transcribed from seeds/003_374818fd0330d7c8.txt in the spelling that the specification's §4.0 restores, and from its §4.1–4.7; not from our own output.
import { describe, expect, it } from "vitest";
import { documentedReferenceData, mobile, readReferenceData } from "../../mobile.ts";
import { exampleAccount, exampleTokens } from "../example-results.ts";
import { noProblem, refusalOf } from "../testing/golden.ts";
import { koreanMobile } from "./phone-number.ts";
import { ageOf } from "./replies.ts";

const bearer = 'Bearer realm="api"';
const early2021 = Date.UTC(2021, 0, 15);

describe("answers as documented", () => {
  it("has the member with nine fields in their order, the interest's image absolute and the profile relative", () => {
    const account = {
      ...exampleAccount,
      id: "CLS9fByfifGwPy5YQWTQon",
      status: "pending",
      identifiers: { username: "도도", mobile: "+821090991005" },
      attributes: {
        birth: "1984-10-23",
        gender: "male",
        interests: ["fQW6UJWc5eNzvTNxSHK000"],
        profession: "6jPaGgDuJeeVffM7SXTBGx",
        profile: "images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg",
        name: "손흥민",
      },
    } as const;
    const tokens = {
      ...exampleTokens,
      accessToken: "eyJ0eXAiOiJKV1QiL...s3pAukovReIwA",
      refreshToken: "eyJ0eXAiOiJKV...bX609JyklIKk",
    };
    const context = { added: {}, publicUrl: "http://localhost:8000", now: early2021 };
    const replyOf = (id: string) => {
      const { reply } = mobile.operations.find(({ document }) => document.operationId === id)!;
      return reply.body as unknown as (result: unknown, context: unknown) => unknown;
    };
    const interest =
      '{"emoji":"⛳","name":"골프","uuid":"fQW6UJWc5eNzvTNxSHK000","image":"http://localhost:8000/media/images/interests/interest_P6kjacMDyoBQZXHVy3d6Q8.jpeg"}';
    const profession = '{"emoji":"👨‍⚕️","name":"의사","uuid":"6jPaGgDuJeeVffM7SXTBGx"}';
    const profile = '"/media/images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg"';
    expect(JSON.stringify(replyOf("registration")({ account, tokens }, context))).toBe(
      `{"access":"eyJ0eXAiOiJKV1QiL...s3pAukovReIwA","refresh":"eyJ0eXAiOiJKV...bX609JyklIKk","user":{"age":36,"birth":"1984-10-23","gender":"male","interests":[${interest}],"profession":${profession},"profile":${profile},"status":"pending","username":"도도","uuid":"CLS9fByfifGwPy5YQWTQon"}}`,
    );
    expect(JSON.stringify(replyOf("me")(account, context))).toBe(
      `{"uuid":"CLS9fByfifGwPy5YQWTQon","username":"도도","profile":${profile},"gender":"male","birth":"1984-10-23","profession":${profession},"interests":[${interest}],"status":"pending","age":36}`,
    );
    expect(replyOf("login_step_1")({}, context)).toEqual({ detail: "We texted you a login code." });
    expect(replyOf("logout")(null, context)).toEqual({ detail: "Successfully logged out." });
  });

  it("counts completed years in Korea", () => {
    const ages = ["2026-01-14", "2026-01-15", "2026-01-16", "1984-10-23"].map((birth) =>
      ageOf(birth.replace("2026", "2000"), Date.UTC(2026, 0, 14, 15)),
    );
    expect(ages).toEqual([26, 26, 25, 41]);
  });

  it.each([
    ["account_unknown", undefined, 404, '{"detail":"가입하지 않은 회원입니다","code":"not_found"}'],
    ["account_pending", undefined, 406, '{"detail":"승인 대기중인 회원입니다.","code":"1006"}'],
    ["account_declined", undefined, 403, '{"detail":"승인 거절된 회원입니다.","code":"1005"}'],
    ["account_disabled", undefined, 400, '{"non_field_errors":["User account is disabled."]}'],
    ["message_undeliverable", undefined, 400, '{"detail":"Unable to send you a login code. Try again later."}'],
    ["code_used", "login_step_2", 400, '{"token":["The token you entered isn\'t valid."]}'],
    ["account_unknown", "login_step_2", 400, '{"non_field_errors":["Invalid alias parameters provided."]}'],
    ["refresh_token_revoked", "logout", 401, '{"detail":"Token is blacklisted"}'],
    ["request_malformed", "logout", 401, '{"detail":"Refresh token was not included in request data."}'],
    ["refresh_token_expired", "logout", 401, '{"detail":"Token is invalid or expired"}'],
    ["refresh_token_wrong_kind", "logout", 401, '{"detail":"Token has wrong type"}'],
    ["identifier_taken", "check_duplicate", 409, '{"message":"Duplicate record exists."}'],
  ] as const)("refuses %s (%s)", (code, operationId, status, body) => {
    expect(refusalOf(mobile, code, operationId === undefined ? {} : { operationId })).toEqual([
      status,
      body,
      undefined,
    ]);
  });

  it("says of every taken value what its field says", () => {
    const taken = ["username", "mobile", "unique_in_site", "unique_key"];
    expect(mobile.errors.identifier_taken.body({ ...noProblem, taken })).toEqual({
      username: ["해당 사용자 이름은 이미 존재합니다."],
      mobile: ["이 필드는 반드시 고유(unique)해야 합니다."],
      unique_in_site: ["유저의 unique in site은/는 이미 존재합니다."],
      unique_key: ["유저의 unique key은/는 이미 존재합니다."],
    });
  });

  it("has tokens with typ before alg, and the framework's challenge", () => {
    expect(mobile.claims.access.header).toEqual(["typ", "alg"]);
    expect(Object.keys(mobile.claims.access.claims)).toEqual(["token_type", "exp", "iat", "jti", "user_id"]);
    expect(refusalOf(mobile, "refresh_token_reused", { operationId: "token_refresh" })).toEqual([
      401,
      '{"detail":"Token is blacklisted","code":"token_not_valid"}',
      bearer,
    ]);
  });
});

describe("what is entered", () => {
  it.each([
    ["01090991005", "+821090991005"],
    ["010-9099-1005", "+821090991005"],
    ["+821090991005", "+821090991005"],
    ["+82 010 9099 1005", "+821090991005"],
    ["+12025550123", "+12025550123"],
    ["call 01090991005 now", undefined],
    ["01090991005,01090991006", undefined],
    ["01090991005 ext. 5", undefined],
    ["0109", undefined],
    ["", undefined],
  ])("class 8: %s is one number or none", (entered, number) => {
    expect(koreanMobile(entered)).toBe(number);
  });

  it("knows the days of the calendar", () => {
    const { fields } = mobile.operations.find(({ document }) => document.operationId === "registration")!;
    const birth = fields!["birth"]!.type as { readonly pattern: { readonly expression: RegExp } };
    const isDay = (text: string) => birth.pattern.expression.test(text);
    expect(["1984-10-23", "2000-02-29", "2024-02-29", "1999-12-31"].filter((day) => !isDay(day))).toEqual([]);
    const none = [
      "1984/10/23",
      "1900-02-29",
      "2023-02-29",
      "2023-04-31",
      "2023-13-01",
      "0000-01-01",
      "1984-10-23T00",
      "84-10-23",
    ];
    expect(none.filter(isDay)).toEqual([]);
  });

  it("takes reference data of a file, or says which entry is none", () => {
    expect(readReferenceData(JSON.parse(JSON.stringify(documentedReferenceData)))).toEqual(documentedReferenceData);
    const [profession] = documentedReferenceData.professions;
    const of = (professions: unknown) => () => readReferenceData({ interests: [], professions });
    expect(of("x")).toThrow('"professions" must be a list');
    expect(of([{ ...profession, name: 1 }])).toThrow('professions[0] needs "name"');
    expect(of([profession, profession])).toThrow("professions[1].uuid");
    expect(() => readReferenceData(null)).toThrow('"interests" must be a list');
  });
});
