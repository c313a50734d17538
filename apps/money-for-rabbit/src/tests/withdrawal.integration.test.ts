// Withdrawal takes the messages with it, in one unit: both or neither. And what a second process, a fault and a switch change.
import { readFileSync } from "node:fs";
import { sql } from "kysely";
import { afterEach, expect, it } from "vitest";
import { openTestBoard, password, type TestBoard } from "./support.ts";

const note = { message: "m", amount: 1000, is_moneybag: false };
const boards: TestBoard[] = [];
const open = async (...how: Parameters<typeof openTestBoard>) => {
  const board = await openTestBoard(...how);
  boards.push(board);
  return board;
};
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});

const countMessages = async ({ opened }: TestBoard) =>
  (await sql<{ count: number }>`select count(*) as count from rabbit_messages`.execute(opened.kysely)).rows[0]?.count;

it("deletes what the account wrote and received, and nothing else", async () => {
  const board = await open();
  const [kim, lee, pak] = [await board.join("kim"), await board.join("lee"), await board.join("pak")];
  for (const [from, to] of [
    [kim, lee],
    [lee, kim],
    [kim, kim],
    [lee, pak],
  ] as const)
    await board.send("POST", `/api/user/${to.id}/messages`, { body: note, token: from.token });
  const gone = await board.send("DELETE", "/api/user/withdraw", { body: { username: "kim" }, token: kim.token });
  expect([gone.status, gone.text]).toEqual([204, ""]);
  expect(await countMessages(board)).toBe(1);
  expect((await board.send("GET", `/api/user/${lee.id}`)).json.user_info.total_amount).toBe(0);
  expect((await board.send("GET", `/api/user/${kim.id}`)).status).toBe(404);
  // The access token outlives the account here; it writes nothing any more.
  const late = await board.send("POST", `/api/user/${lee.id}/messages`, { body: note, token: kim.token });
  expect([late.status, late.json]).toEqual([400, { error: "사용자를 찾을 수 없습니다." }]);
});

it("keeps the account where its messages cannot be deleted", async () => {
  const board = await open();
  const kim = await board.join("kim");
  await board.send("POST", `/api/user/${kim.id}/messages`, { body: note, token: kim.token });
  const { kysely } = board.opened;
  await sql`create trigger no_deletion before delete on rabbit_messages begin select raise(abort, 'no'); end`.execute(
    kysely,
  );
  const failed = await board.send("DELETE", "/api/user/withdraw", { body: { username: "kim" }, token: kim.token });
  expect(failed.status).toBe(500);
  expect(failed.json).toEqual({ error: "서버 에러로 요청을 처리하지 못했습니다. 관리자에게 문의하세요." });
  expect((await board.send("GET", `/api/user/${kim.id}`)).json.user_info).toEqual({
    username: "kim",
    total_amount: 1000,
  });
  await sql`drop trigger no_deletion`.execute(kysely);
  expect(
    (await board.send("DELETE", "/api/user/withdraw", { body: { username: "kim" }, token: kim.token })).status,
  ).toBe(204);
  expect(await countMessages(board)).toBe(0);
});

it("class 1: messages that race a withdrawal come before it and go, or after it and are refused", async () => {
  const board = await open();
  const kim = await board.join("kim");
  for (let round = 0; round < 5; round++) {
    const friend = await board.join("friend");
    const write = () => board.send("POST", `/api/user/${friend.id}/messages`, { body: note, token: kim.token });
    const withdraw = board.send("DELETE", "/api/user/withdraw", { body: { username: "friend" }, token: friend.token });
    const answers = await Promise.all([write(), write(), withdraw, write(), write()]);
    expect(answers[2].status).toBe(204);
    for (const { status } of answers) expect([201, 204, 400]).toContain(status);
  }
  expect(await countMessages(board)).toBe(0);
});

it("class 12: a database that fails is 500 in the documented words", async () => {
  const board = await open();
  const kim = await board.join("kim");
  await sql`create trigger no_insertion before insert on rabbit_messages begin select raise(abort, 'no'); end`.execute(
    board.opened.kysely,
  );
  const answer = await board.send("POST", `/api/user/${kim.id}/messages`, { body: note, token: kim.token });
  expect([answer.status, answer.text]).toEqual([
    500,
    '{"error": "서버 에러로 요청을 처리하지 못했습니다. 관리자에게 문의하세요."}\n',
  ]);
});

it("with REQUIRE_EMAIL_CONFIRMATION=1 the mail is in the outbox, and its link opens the way", async () => {
  const board = await open({ REQUIRE_EMAIL_CONFIRMATION: "1", PUBLIC_URL: "https://host" }, "socket");
  const email = "logical_man@naver.com";
  await board.send("POST", "/api/user/register", { body: { username: "정재균", email, password } });
  const logIn = () => board.send("POST", "/api/user/login", { body: { email, password } });
  const refused = await logIn();
  expect([refused.status, refused.json]).toEqual([400, { error: "이메일 인증이 되지 않은 계정입니다." }]);
  await board.provider.deliverMessages();
  const mail = JSON.parse(readFileSync(board.outboxFile, "utf8").trim());
  expect(mail).toMatchObject({
    realm: "rabbit",
    channel: "email",
    to: email,
    subject: "[Money For Rabbit] - 정재균 님, 인증을 완료해 주세요.",
  });
  const link = /https:\/\/host(\/api\/confirm-user\/1\/[0-9a-f]{64})$/.exec(mail.text)?.[1];
  const followed = await board.send("GET", link!);
  expect([followed.status, followed.headers.get("location"), followed.text]).toEqual([
    302,
    "https://money-for-rabbit.netlify.app/signup/done",
    "",
  ]);
  expect((await logIn()).status).toBe(200);
});

it("a second process on the same database and secret knows the accounts, tokens and messages", async () => {
  const secret = { LATCHKEY_SECRET_RABBIT: `${"a".repeat(32)},${"b".repeat(32)}` };
  const first = await open(secret);
  const kim = await first.join("kim");
  await first.send("POST", `/api/user/${kim.id}/messages`, { body: note, token: kim.token });
  const file = (await sql<{ file: string }>`pragma database_list`.execute(first.opened.kysely)).rows[0]?.file ?? "";
  const second = await open({ ...secret, DATABASE_URL: `sqlite:${file}` });
  const list = await second.send("GET", `/api/user/${kim.id}/messages`, { token: kim.token });
  expect([list.status, list.json.messages.length]).toEqual([200, 1]);
});
