import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStorage, type MemoryStorage } from "../../memory.ts";
import { systemRandom } from "../kernel/random.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import type { KeyRingOptions } from "./key-ring-options.ts";

const masterKey = new Uint8Array(32).map((_, at) => at);
const operator = { kind: "operator" } as const;
const minute = 60_000;

let storage: MemoryStorage;
let time: number;
beforeEach(() => {
  storage = createMemoryStorage();
  time = 1_790_000_000_000;
});

/** A ring of another process on the same data, not yet loaded. */
function ring(change: Partial<KeyRingOptions> = {}): KeyRing {
  return createKeyRing({
    realm: "main",
    storage: storage.attach(),
    masterKeys: [masterKey],
    jws: nodeJwsKeys,
    signing: { algorithm: "EdDSA" },
    refreshKey: "own",
    policy: { accessLifetimeSeconds: 300, refreshIdleSeconds: 86_400, refreshAbsoluteSeconds: 864_000 },
    clock: { now: () => time, monotonic: () => time },
    random: systemRandom,
    ...change,
  });
}

async function loaded(change: Partial<KeyRingOptions> = {}): Promise<KeyRing> {
  const made = ring(change);
  await made.load();
  return made;
}

const stored = () => storage.read.keys.list({ realm: "main" });
const events = async () =>
  (await storage.read.events.list({ realm: "main", limit: 100 }))
    .toReversed()
    .map(({ type, actor, detail }) => [type, actor, detail?.["kid"]]);
const states = (of: KeyRing, use = "access") =>
  of
    .list()
    .filter((key) => key.use === use)
    .map(({ state }) => state);
const published = (of: KeyRing) => of.publicJwks().map(({ kid }) => kid);

async function accepts(of: KeyRing, signedBy: ReturnType<KeyRing["signer"]>, use: "access" | "refresh" = "access") {
  const signature = await signedBy.key.sign("a.b");
  const verdicts = of.verifiers(use, signedBy.kid).map(async ({ key }) => key.verify("a.b", signature));
  return (await Promise.all(verdicts)).includes(true);
}

describe("the first keys", () => {
  test("are made at load, with their events, and signed with at once", async () => {
    const made = await loaded();
    const access = made.signer("access", time);
    const refresh = made.signer("refresh", time);
    expect([access.algorithm, refresh.algorithm]).toEqual(["EdDSA", "HS256"]);
    expect(await events()).toEqual([
      ["key.created", "system", access.kid],
      ["key.created", "system", refresh.kid],
    ]);
    expect(made.publicJwks()).toEqual([
      { kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: access.kid, alg: "EdDSA", use: "sig" },
    ]);
    await made.load();
    expect((await stored()).length).toBe(2);
  });

  test("class 1: of processes that start at once one makes them, and each verifies what the others sign", async () => {
    const rings = await Promise.all(Array.from({ length: 8 }, () => loaded()));
    expect((await stored()).map(({ use, ordinal }) => `${use} ${ordinal}`).sort()).toEqual(["access 1", "refresh 1"]);
    expect((await events()).length).toBe(2);
    for (const one of rings) {
      expect(await accepts(rings[0]!, one.signer("access", time))).toBe(true);
      expect(await accepts(rings[0]!, one.signer("refresh", time), "refresh")).toBe(true);
    }
  });

  test("class 5: a key of one use verifies nothing of the other", async () => {
    const made = await loaded();
    expect(made.verifiers("refresh", made.signer("access", time).kid)).toEqual([]);
    expect(made.verifiers("access", made.signer("refresh", time).kid)).toEqual([]);
  });

  test("are not made where their event cannot be written", async () => {
    const failing = {
      read: storage.read,
      transact: <T>(work: (tx: never) => Promise<T>) =>
        storage.transact((tx) =>
          work({ ...tx, events: { append: () => Promise.reject(new Error("disk full")) } } as never),
        ),
    };
    await expect(ring({ storage: failing }).load()).rejects.toThrow("disk full");
    expect(await stored()).toEqual([]);
  });

  test("a ring that failed to load loads later", async () => {
    let away = true;
    const list = () => (away ? Promise.reject(new Error("away")) : stored());
    const made = ring({ storage: { ...storage, read: { ...storage.read, keys: { list } } } });
    await expect(made.load()).rejects.toThrow("away");
    expect(() => made.signer("access", time)).toThrow("load the ring first");
    expect(made.list()).toEqual([]);
    away = false;
    await made.load();
    expect(made.signer("access", time).kid).toBeDefined();
  });
});

describe("rotation", () => {
  test("OP-03 a key is published two refresh intervals before it signs, and activates without a write", async () => {
    const [here, there] = [await loaded(), await loaded()];
    const old = here.signer("access", time);
    const info = await here.rotate({}, operator);
    expect([info.state, info.activatesAt]).toEqual(["next", time + 2 * minute]);
    expect(here.signer("access", time)).toBe(old);
    expect(published(here)).toEqual([old.kid, info.kid]);
    await there.refresh();
    const rows = await stored();
    time += 2 * minute;
    for (const process of [here, there]) {
      expect(process.signer("access", time).kid).toBe(info.kid);
      expect(await accepts(process, old)).toBe(true);
      expect(states(process)).toEqual(["previous", "current"]);
    }
    expect(await stored()).toEqual(rows);
    expect((await events()).at(-1)).toEqual(["key.created", "operator", info.kid]);
  });

  test("a superseded key is published until the last token that it signed has expired, and its refresh tokens live as long as theirs", async () => {
    const made = await loaded();
    const [oldAccess, oldRefresh] = [made.signer("access", time), made.signer("refresh", time)];
    await made.rotate({ now: true }, operator);
    await made.rotate({ use: "refresh", now: true }, operator);
    time += 300_000;
    expect(await accepts(made, oldAccess)).toBe(true);
    time += 3 * minute;
    expect(await accepts(made, oldAccess)).toBe(false);
    expect(published(made)).not.toContain(oldAccess.kid);
    expect(states(made)).toEqual(["retired", "current"]);
    expect(await accepts(made, oldRefresh, "refresh")).toBe(true);
    time += 86_400_000;
    expect(await accepts(made, oldRefresh, "refresh")).toBe(false);
  });

  test("where refresh tokens share the access tokens' key it verifies as long as they live", async () => {
    const made = await loaded({ refreshKey: "shared" });
    const old = made.signer("access", time);
    await made.rotate({ now: true }, operator);
    time += 86_400_000;
    expect(await accepts(made, old)).toBe(true);
    await expect(made.rotate({ use: "refresh" }, operator)).rejects.toThrow("resource_unknown");
  });

  test("a replay is signed by the key that was current at the row's rotation, to the same bytes", async () => {
    const made = await loaded();
    const before = made.signer("refresh", time);
    const token = await before.key.sign("a.b");
    const rotatedAt = time;
    time += 1;
    await made.rotate({ use: "refresh", now: true }, operator);
    expect(made.signer("refresh", rotatedAt)).toBe(before);
    expect(await made.signer("refresh", rotatedAt).key.sign("a.b")).toBe(token);
    expect(made.signer("refresh", time)).not.toBe(before);
  });

  test("class 1: parallel rotations of two processes make as many keys, each with an ordinal of its own", async () => {
    const [here, there] = [await loaded(), await loaded()];
    await Promise.all([here.rotate({}, operator), there.rotate({}, operator), here.rotate({ now: true }, operator)]);
    expect(
      (await stored())
        .filter(({ use }) => use === "access")
        .map(({ ordinal }) => ordinal)
        .sort((left, right) => left - right),
    ).toEqual([1, 2, 3, 4]);
  });

  test("a change of the configured algorithm publishes a key of it, and the old one signs until then", async () => {
    const old = (await loaded()).signer("access", time);
    const made = await loaded({ signing: { algorithm: "ES256" } });
    expect(made.signer("access", time).kid).toBe(old.kid);
    expect(made.list().map(({ algorithm, state }) => `${algorithm} ${state}`)).toContain("ES256 next");
    time += 2 * minute;
    expect(made.signer("access", time).algorithm).toBe("ES256");
    await loaded({ signing: { algorithm: "ES256" } });
    expect((await stored()).length).toBe(3);
  });
});

describe("retirement", () => {
  test("a current key is replaced in the same unit, at once; its tokens are dead, and it never signs again", async () => {
    const made = await loaded();
    const stolen = made.signer("access", time);
    const { epoch } = made;
    await made.retire(stolen.kid!, operator);
    expect(await accepts(made, stolen)).toBe(false);
    expect(made.signer("access", time - 5)).not.toBe(stolen);
    expect(states(made)).toEqual(["retired", "current"]);
    expect(published(made)).toEqual([made.signer("access", time).kid]);
    expect(made.epoch).not.toBe(epoch);
    expect((await events()).slice(-2)).toEqual([
      ["key.created", "operator", made.signer("access", time).kid],
      ["key.retired", "operator", stolen.kid],
    ]);
    await made.retire(stolen.kid!, operator);
    expect((await stored()).length).toBe(3);
    await expect(made.retire("unknown", operator)).rejects.toThrow("resource_unknown");
  });

  test("a next or previous key is not replaced", async () => {
    const made = await loaded();
    const next = await made.rotate({}, operator);
    await made.retire(next.kid, operator);
    const old = made.signer("access", time);
    await made.rotate({ now: true }, operator);
    await made.retire(old.kid!, operator);
    expect(states(made)).toEqual(["retired", "current", "retired"]);
  });

  test("other processes are told through the feed", async () => {
    const here = await loaded();
    const other = storage.attach();
    const there = await loaded({ storage: other });
    const stolen = here.signer("access", time);
    const head = await storage.read.revocations.head();
    await here.retire(stolen.kid!, operator);
    const news = await other.read.revocations.since({ seq: head, limit: 10 });
    expect(news.map(({ realm, target }) => [realm, target])).toEqual([["main", { familiesBefore: 0 }]]);
    await there.refresh();
    expect(await accepts(there, stolen)).toBe(false);
    expect(await accepts(there, here.signer("access", time))).toBe(true);
  });

  test("class 1: parallel retirements of one key make one replacement", async () => {
    const rings = await Promise.all(Array.from({ length: 4 }, () => loaded()));
    const kid = rings[0]!.signer("access", time).kid!;
    await Promise.all(rings.map((one) => one.retire(kid, operator)));
    expect((await stored()).filter(({ use }) => use === "access").length).toBe(2);
    const signers = await Promise.all(rings.map(async (one) => (await one.refresh(), one.signer("access", time).kid)));
    expect(new Set(signers).size).toBe(1);
  });

  test("a current key made by a process with a faster clock is replaced all the same", async () => {
    const fast = time + 30_000;
    const stolen = (await loaded({ clock: { now: () => fast, monotonic: () => time } })).signer("access", fast);
    const made = await loaded();
    await made.retire(stolen.kid!, operator);
    expect(made.signer("access", time).kid).not.toBe(stolen.kid);
    expect(made.signer("access", fast).kid).toBe(made.signer("access", time).kid);
  });

  test("rows of keys that ended long ago are deleted, and nothing changes by it", async () => {
    const made = await loaded();
    await made.retire(made.signer("access", time).kid!, operator);
    expect(await made.purge(time + 5 * minute)).toBe(0);
    const signer = made.signer("access", time);
    expect(await made.purge(time + 10 * minute)).toBe(1);
    await made.refresh();
    expect(made.signer("access", time)).toBe(signer);
  });
});
