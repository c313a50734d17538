// Messages as seeds/004 and wire-contracts.md §5.5 have them; expectations are transcribed from there.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestBoard, type TestBoard } from "./support.ts";

let board: TestBoard;
let kim: Awaited<ReturnType<TestBoard["join"]>>;
let lee: Awaited<ReturnType<TestBoard["join"]>>;
beforeAll(async () => {
  board = await openTestBoard({ PUBLIC_URL: "https://host/" });
  kim = await board.join("정재균바보");
  lee = await board.join("lee");
});
afterAll(() => board.close());

const note = { message: "m", amount: 1000, is_moneybag: false };
const write = (to: number, body: unknown, token: string | undefined = lee.token) =>
  board.send("POST", `/api/user/${to}/messages`, { body, token });

describe("create", () => {
  it("answers the item", async () => {
    const answer = await write(kim.id, note);
    expect(answer.status).toBe(201);
    expect(answer.text).toMatch(
      /^\{"id": \d+, "message": "m", "amount": 1000, "is_moneybag": false, "image_name": "Money_1000.png", "author_name": "lee"\}\n$/,
    );
  });

  it.each([
    [
      { ...note, amount: "500", is_moneybag: "no" },
      { amount: 500, is_moneybag: false, image_name: "Money_500.png" },
    ],
    [{ ...note, amount: 1000.5 }, { amount: 1000 }],
    [
      { ...note, message: "", amount: -7, is_moneybag: "true" },
      { message: "", amount: -7, image_name: "Money_99999.png" },
    ],
    [
      { ...note, amount: 99_999 },
      { amount: 99_999, is_moneybag: false, image_name: "Money_99999.png" },
    ],
    [{ ...note, message: " 🐇".repeat(75) }, { message: " 🐇".repeat(75) }],
  ])("accepts %j", async (body, expected) => {
    const answer = await write(kim.id, body);
    expect([answer.status, answer.json]).toMatchObject([201, expected]);
  });

  it.each([
    [
      {},
      {
        message: ["해당 필드를 입력해 주세요."],
        amount: ["해당 필드를 입력해 주세요."],
        is_moneybag: ["해당 필드를 입력해 주세요."],
      },
    ],
    [{ ...note, message: "x".repeat(151) }, { message: ["Longer than maximum length 150."] }],
    [{ ...note, message: null }, { message: ["해당 필드는 null 이 될 수 없습니다."] }],
    [
      { message: 1, amount: "x", is_moneybag: "x" },
      {
        message: ["Not a valid string."],
        amount: ["Not a valid integer."],
        is_moneybag: ["Not a valid boolean."],
      },
    ],
    [
      { ...note, image_name: "x", author_name: "x" },
      { image_name: ["Unknown field."], author_name: ["Unknown field."] },
    ],
    [{ ...note, amount: 2 ** 31, is_moneybag: true }, { amount: ["Not a valid integer."] }],
    // Class 11: what no database keeps is no text.
    [{ ...note, message: "\u0000" }, { message: ["Not a valid string."] }],
    [{ ...note, message: "\ud83d" }, { message: ["Not a valid string."] }],
    [{ ...note, amount: 1 }, "화폐단위에 벗어난 액수를 선택하려면 돈봉투를 사용하세요."],
  ])("refuses %j", async (body, error) => {
    const answer = await write(kim.id, body);
    expect([answer.status, answer.json]).toEqual([400, { error }]);
  });

  it("an unknown recipient is 400, before the body", async () => {
    for (const id of [99_999_999, "9".repeat(30)]) {
      const answer = await board.send("POST", `/api/user/${id}/messages`, { body: "{}", token: lee.token });
      expect([answer.status, answer.json]).toEqual([400, { error: "사용자를 찾을 수 없습니다." }]);
    }
  });

  it("a malformed body is werkzeug's 400, another method 405 with Allow", async () => {
    const message = "The browser (or proxy) sent a request that this server could not understand.";
    expect((await write(kim.id, '{"x":')).json).toEqual({ message });
    const other = await board.send("DELETE", `/api/user/${kim.id}/messages`, { token: lee.token });
    expect([other.status, other.json]).toEqual([405, { message: "The method is not allowed for the requested URL." }]);
    expect(other.headers.get("allow")).toBe("POST, GET, HEAD, OPTIONS");
    const unknown = await board.send("GET", "/api/user/abc/messages", { token: lee.token });
    expect(unknown.status).toBe(404);
  });
});

describe("list", () => {
  it("newest first, six a page, with absolute addresses of the others; the sum is of all", async () => {
    const { id, token } = await board.join("list");
    const list = (page: string) => board.send("GET", `/api/user/${id}/messages${page}`, { token });
    const empty = await list("");
    expect(empty.text).toMatch(
      /^\{"user_info": \{"username": "list", "email": "[^"]+", "total_amount": 0\}, "next": null, "prev": null, "messages": \[\]\}\n$/,
    );
    for (let count = 1; count <= 13; count++) await write(id, { ...note, message: `m${count}` });
    const at = (page: number) => `https://host/api/user/${id}/messages?page=${page}`;
    const messagesOf = (answer: Awaited<ReturnType<typeof list>>) =>
      answer.json.messages.map((one: { message: string }) => one.message) as string[];
    const first = await list("");
    expect([first.status, first.json.user_info.total_amount]).toEqual([200, 13_000]);
    expect([messagesOf(first), first.json.next, first.json.prev]).toEqual([
      ["m13", "m12", "m11", "m10", "m9", "m8"],
      at(2),
      null,
    ]);
    const second = await list("?page=2");
    expect([messagesOf(second), second.json.next, second.json.prev]).toEqual([
      ["m7", "m6", "m5", "m4", "m3", "m2"],
      at(3),
      at(1),
    ]);
    const third = await list("?page=3");
    expect([messagesOf(third), third.json.next, third.json.prev]).toEqual([["m1"], null, at(2)]);
    const past = await list("?page=99");
    expect([past.status, past.json.messages, past.json.next, past.json.prev]).toEqual([200, [], null, at(98)]);
    for (const odd of ["0", "-1", "abc", "1.5", ""]) expect((await list(`?page=${odd}`)).json).toEqual(first.json);
    const user = await board.send("GET", `/api/user/${id}`);
    expect(user.json).toEqual({ user_info: { username: "list", total_amount: 13_000 } });
  });

  it("shows the author's name of today", async () => {
    const author = await board.join("before");
    await write(kim.id, { ...note, message: "renamed" }, author.token);
    await board.send("PUT", `/api/user/${author.id}`, { body: { username: "after" }, token: author.token });
    const { messages } = (await board.send("GET", `/api/user/${kim.id}/messages`, { token: kim.token })).json;
    expect(messages[0]).toMatchObject({ message: "renamed", author_name: "after" });
  });
});

describe("class 6: only the recipient reads, only who is logged in writes", () => {
  it.each([
    ["POST", ""],
    ["GET", ""],
    ["GET", "/1"],
  ])("%s …/messages%s without a good access token is 401, for known and unknown users", async (method, path) => {
    for (const id of [kim.id, 99_999_999]) {
      for (const [headers, error] of [
        [{}, "토큰 정보가 필요합니다."],
        [{ authorization: "Basic abc" }, "토큰 정보가 필요합니다."],
        [{ authorization: "Bearer" }, "잘못된 토큰입니다."],
        [{ authorization: `Bearer ${kim.token}x` }, "잘못된 토큰입니다."],
      ] as const) {
        const sent = { headers, ...(method === "POST" && { body: note }) };
        const answer = await board.send(method, `/api/user/${id}/messages${path}`, sent);
        expect([answer.status, answer.json]).toEqual([401, { error }]);
        expect(answer.headers.get("www-authenticate")).toBeNull();
      }
    }
  });

  it("another's list and messages are 403, an unknown user's 400 and 404", async () => {
    const { id } = (await write(kim.id, note)).json;
    const get = async (path: string, token = lee.token) => {
      const { status, json } = await board.send("GET", `/api/user/${path}`, { token });
      return [status, json.error];
    };
    expect(await get(`${kim.id}/messages`)).toEqual([403, "쪽지는 본인만 조회할 수 있습니다"]);
    expect(await get(`${kim.id}/messages?page=2&id=${lee.id}`)).toEqual([403, "쪽지는 본인만 조회할 수 있습니다"]);
    expect(await get(`${kim.id}/messages/${id}`)).toEqual([403, "상세내용 조회는 본인만 가능합니다."]);
    expect(await get(`${kim.id}/messages/99999`)).toEqual([403, "상세내용 조회는 본인만 가능합니다."]);
    expect(await get("99999999/messages")).toEqual([400, "사용자를 찾을 수 없습니다."]);
    expect(await get(`99999999/messages/${id}`)).toEqual([404, "사용자를 찾을 수 없습니다."]);
    // Under the reader's own number the message of another recipient is none.
    expect(await get(`${lee.id}/messages/${id}`)).toEqual([404, "쪽지를 찾을 수 없습니다."]);
    expect(await get(`${kim.id}/messages/99999`, kim.token)).toEqual([404, "쪽지를 찾을 수 없습니다."]);
    const mine = await board.send("GET", `/api/user/${kim.id}/messages/${id}`, { token: kim.token });
    expect([mine.status, mine.json]).toEqual([
      200,
      { id, message: "m", amount: 1000, is_moneybag: false, image_name: "Money_1000.png", author_name: "lee" },
    ]);
  });

  it("the author is the bearer, whoever the body names", async () => {
    const answer = await write(lee.id, { ...note, author_id: kim.id });
    expect([answer.status, answer.json]).toEqual([400, { error: { author_id: ["Unknown field."] } }]);
  });
});

describe("documents and origins", () => {
  it("Swagger lists the user API and the messages", async () => {
    const { json } = await board.send("GET", "/openapi.json");
    expect(Object.keys(json.paths)).toEqual(
      expect.arrayContaining(["/api/user/login", "/api/user/{id}/messages", "/api/user/{id}/messages/{message}"]),
    );
    expect(json.paths["/api/user/{id}/messages"].post.summary).toBe("새 쪽지 생성");
    for (const path of ["/swagger", "/swagger/"]) expect((await board.send("GET", path)).text).toContain("swagger-ui");
  });

  it("allows the two origins on messages, too", async () => {
    const origin = "http://localhost:3000";
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    for (const path of [`/api/user/${kim.id}/messages`, `/api/user/${kim.id}/messages/1`]) {
      const preflight = await board.send("OPTIONS", path, { headers });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
      const answer = await board.send("GET", path, { headers: { origin }, token: kim.token });
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
      const evil = await board.send("GET", path, { headers: { origin: "https://evil.example" }, token: kim.token });
      expect(evil.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
