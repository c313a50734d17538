import type { AnyWireOperation, ReplyContext } from "@latchkey/contracts";
import { exampleAccount } from "@latchkey/contracts";
import { latchkey } from "@latchkey/contracts/latchkey";
import type { Account, JsonObject } from "@latchkey/core";
import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import { compileSuccess } from "./answer-success.ts";

/** Answers accounts with a reply of the test's, at a time that the test turns. */
function scene(body: (account: Account, context: ReplyContext) => JsonObject) {
  const time = { now: 1000 };
  const operation = { does: "readAccount", reply: { status: 200, body } } as unknown as AnyWireOperation;
  const succeed = compileSuccess(operation, latchkey.profile, { now: () => time.now, allow: "GET" });
  const text = async (account: Account) => (await succeed(account, {} as Context, "request-1")).text();
  return { time, text };
}

const account = (): Account => ({ ...exampleAccount, number: 1 });

describe("the text of an answer", () => {
  it("is the same for a result that nobody can change", async () => {
    let written = 0;
    const { text } = scene(({ number }) => ({ number, written: ++written }));
    const frozen = Object.freeze(account());
    expect(await text(frozen)).toBe('{"number":1,"written":1}');
    expect(await text(frozen)).toBe('{"number":1,"written":1}');
    expect(await text(Object.freeze(account()))).toBe('{"number":1,"written":2}');
  });

  it("is written anew for a result that may have changed", async () => {
    const { text } = scene(({ number }) => ({ number }));
    const result = account();
    expect(await text(result)).toBe('{"number":1}');
    Object.assign(result, { number: 2 });
    expect(await text(result)).toBe('{"number":2}');
  });

  it("is written anew where it tells of the time", async () => {
    const { text, time } = scene((_account, { now }) => ({ now }));
    const frozen = Object.freeze(account());
    expect(await text(frozen)).toBe('{"now":1000}');
    time.now = 2000;
    expect(await text(frozen)).toBe('{"now":2000}');
  });
});
