// What a recorded message goes through: sent once where all goes well, again where not, and told where it cannot be.
import { describe, expect, it } from "vitest";
import { createMessageBox } from "../testing/message-box.ts";
import { createTestRealm } from "../testing/realm-for-tests.ts";
import type { IdentityProviderOptions } from "../provider-options.ts";
import { MessageRefusedError } from "./message-sender.ts";
import { createMessageSeal } from "./seal-message.ts";

const mobile = "+821012345678";
const policy = { logInWithCode: ["mobile"] } as const;
const nothing = { sent: 0, postponed: 0, givenUp: 0 };

async function createScene(options: Partial<IdentityProviderOptions> = {}) {
  const box = createMessageBox();
  const faults: unknown[] = [];
  const onBackgroundError = (error: unknown) => void faults.push(error);
  const realm = createTestRealm({ messageSender: box, policy, onBackgroundError, ...options });
  await realm.provider.createAccount({ identifiers: { username: "a", mobile } }, { kind: "operator" });
  return { ...realm, box, faults, ask: () => realm.provider.requestCode({ identifier: mobile }) };
}

describe("a recorded message", () => {
  it("is sent without being asked for, and nobody waits for its sender", async () => {
    const { box, ask, provider } = await createScene();
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release = (): void => {};
    box.trouble = () => {
      arrived();
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    await ask();
    await arrival;
    expect(box.sent).toEqual([]);
    // A sender that hangs holds up nobody else.
    box.trouble = undefined;
    const second = ask();
    await second;
    release();
    expect(await provider.deliverMessages()).toMatchObject({ postponed: 0, givenUp: 0 });
    expect(box.sent).toHaveLength(2);
    expect(new Set(box.sent.map(({ id }) => id)).size).toBe(2);
    expect(await provider.deliverMessages()).toEqual(nothing);
    await provider.close();
  });

  it("is tried again with the same id, later and later, and told to nobody twice", async () => {
    const { box, ask, provider, clock, faults, storage } = await createScene();
    const ids: string[] = [];
    box.trouble = ({ id }) => {
      ids.push(id);
      throw new Error("gateway away");
    };
    await ask();
    await provider.deliverMessages();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const [waiting] = await storage.read.messages.due({ realm: "main", now: Number.MAX_SAFE_INTEGER, limit: 2 });
      waits.push(waiting!.nextAttemptAt - clock.now());
      expect(await provider.deliverMessages()).toEqual(nothing);
      clock.advance(waits.at(-1)!);
      await provider.deliverMessages();
    }
    expect(waits).toEqual([1000, 2000, 5000, 15_000]);
    expect(faults).toHaveLength(5);
    box.trouble = undefined;
    clock.advance(30_000);
    await provider.deliverMessages();
    expect(box.sent.map(({ id }) => id)).toEqual([ids[0]]);
    expect(new Set(ids).size).toBe(1);
    await provider.close();
  });

  it.each([
    ["a carrier refuses it", new MessageRefusedError("no such number"), "no such number", 0],
    ["it has become useless", new Error("gateway away\nfor long"), "gateway away for long", 600],
  ])("is given up and told where %s", async (_why, trouble, reason, rounds) => {
    const { box, ask, provider, clock } = await createScene();
    box.trouble = () => {
      throw trouble;
    };
    await ask();
    await provider.deliverMessages();
    for (let second = 0; second < rounds; second += 15) {
      clock.advance(15_000);
      await provider.deliverMessages();
    }
    const [given] = await provider.listUndeliverableMessages();
    expect(given).toMatchObject({ channel: "sms", reason });
    expect(JSON.stringify(given)).not.toContain(mobile);
    const { items } = await provider.listEvents({ type: "message.undeliverable" });
    expect(items).toMatchObject([{ actor: "system", detail: { message_id: given!.id, channel: "sms", reason } }]);
    clock.advance(31 * 86_400_000);
    expect(await provider.purge()).toMatchObject({ messages: 1, codes: 1 });
    expect(await provider.listUndeliverableMessages()).toEqual([]);
    await provider.close();
  });

  it("class 1: is sent by one of two processes, and by the other when that one is gone", async () => {
    const { box, ask, provider, again, clock } = await createScene();
    const second = again();
    let release = (): void => {};
    box.trouble = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    await ask();
    const first = provider.deliverMessages();
    expect(await second.deliverMessages()).toEqual(nothing);
    clock.advance(20_000);
    box.trouble = undefined;
    expect(await second.deliverMessages()).toEqual({ sent: 1, postponed: 0, givenUp: 0 });
    release();
    await first;
    expect(box.sent.map(({ id }) => id)).toEqual([box.sent[0]!.id, box.sent[0]!.id]);
    await Promise.all([provider.close(), second.close()]);
  });

  it("waits where this process sends nothing, for one that does", async () => {
    const { provider, again, box, ask } = await createScene();
    box.trouble = () => Promise.reject(new Error("away"));
    await ask();
    await provider.deliverMessages();
    const silent = again({ messageSender: undefined as never });
    expect(await silent.deliverMessages()).toEqual(nothing);
    await Promise.all([provider.close(), silent.close()]);
  });
});

describe("the seal", () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const key = random(32);
  const place = { realm: "main", id: "m1" };
  const content = { to: mobile, text: "Use this code to log in: 012345", code: "012345" };

  it("opens with its key in its place, and nowhere else", async () => {
    const sealed = await createMessageSeal([key], random).seal(place, content);
    expect(sealed).not.toContain("012345");
    expect(await createMessageSeal([key], random).open(place, sealed)).toEqual(content);
    expect(await createMessageSeal([random(32)], random).open(place, sealed)).toBeUndefined();
    for (const other of [
      { ...place, id: "m2" },
      { ...place, realm: "other" },
    ])
      expect(await createMessageSeal([key], random).open(other, sealed)).toBeUndefined();
    for (const broken of ["", "v1", "v2" + sealed.slice(2), sealed.slice(0, -2)])
      expect(await createMessageSeal([key], random).open(place, broken)).toBeUndefined();
  });
});
