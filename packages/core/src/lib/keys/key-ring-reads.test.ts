import { beforeEach, expect, test } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { systemRandom } from "../kernel/random.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import type { KeyRecord } from "./key-store.ts";

// When the ring reads the storage. Time is the test's; reads can be held back and made to fail.
const operator = { kind: "operator" } as const;
const minute = 60_000;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

let time: number;
let reads: number;
let fault: Error | undefined;
let hold: Promise<void> | undefined;
let faults: unknown[];
let storage: ReturnType<typeof createMemoryStorage>;
let here: KeyRing;
let there: KeyRing;

function ringOn(list: () => Promise<readonly KeyRecord[]>): KeyRing {
  return createKeyRing({
    realm: "main",
    storage: { transact: (work) => storage.transact(work), read: { ...storage.read, keys: { list } } },
    masterKeys: [new Uint8Array(32).map((_, at) => at)],
    jws: nodeJwsKeys,
    signing: { algorithm: "EdDSA" },
    refreshKey: "own",
    policy: { accessLifetimeSeconds: 300, refreshIdleSeconds: 86_400, refreshAbsoluteSeconds: 864_000 },
    clock: { now: () => time, monotonic: () => time },
    random: systemRandom,
    onBackgroundError: (error) => faults.push(error),
  });
}

beforeEach(async () => {
  time = 1_790_000_000_000;
  fault = undefined;
  hold = undefined;
  faults = [];
  storage = createMemoryStorage();
  there = ringOn(() => storage.read.keys.list({ realm: "main" }));
  await there.load();
  here = ringOn(async () => {
    reads++;
    const held = hold;
    const rows = await storage.read.keys.list({ realm: "main" });
    await held;
    if (fault !== undefined) throw fault;
    return rows;
  });
  await here.load();
  time += 5000;
  reads = 0;
});

test("an unknown kid is found by one reload that all who ask share", async () => {
  const { kid } = await there.rotate({ now: true }, operator);
  expect(here.verifiers("access", kid)).toEqual([]);
  const { epoch } = here;
  expect(await Promise.all(Array.from({ length: 20 }, () => here.reload()))).toEqual(
    Array.from({ length: 20 }, () => true),
  );
  expect(reads).toBe(1);
  expect(here.verifiers("access", kid).length).toBe(1);
  expect(here.epoch).not.toBe(epoch);
});

test("class 4: kids that nobody has cost at most one read a second, and say that looking again is no use", async () => {
  for (let count = 0; count < 30; count++) {
    expect(await here.reload()).toBe(false);
    time += 100;
  }
  expect(reads).toBe(3);
});

test("who comes just after a reload that found something looks again too", async () => {
  await there.rotate({ now: true }, operator);
  await here.reload();
  time += 900;
  expect(await here.reload()).toBe(true);
  expect(reads).toBe(1);
});

test("class 12: a reload that fails is a fault for everybody in that second, not a refusal", async () => {
  fault = new Error("away");
  await expect(here.reload()).rejects.toBe(fault);
  time += 999;
  await expect(here.reload()).rejects.toBe(fault);
  expect(reads).toBe(1);
  fault = undefined;
  time += 1;
  expect(await here.reload()).toBe(false);
});

test("keys are read again after a minute, when somebody asks, and nobody waits", async () => {
  const { kid } = await there.rotate({}, operator);
  time += minute - 5001;
  expect([here.ready(), here.verifiers("access", kid), reads]).toEqual([undefined, [], 0]);
  time += 1;
  expect([here.ready(), here.verifiers("access", kid), reads]).toEqual([undefined, [], 1]);
  while (here.verifiers("access", kid).length === 0) await settle();
  expect(reads).toBe(1);
});

test.each([
  ["signer", () => here.signer("access", time)],
  ["verifiers", () => here.verifiers("access", undefined)],
  ["publicJwks", () => here.publicJwks()],
  ["epoch", () => here.epoch],
])("%s asks for that read by itself", async (_name, ask) => {
  time += minute;
  ask();
  ask();
  await settle();
  expect(reads).toBe(1);
});

test("a storage that is away is asked once a second, and the keys in memory serve", async () => {
  time += minute;
  fault = new Error("away");
  for (let count = 0; count < 30; count++) {
    expect(here.signer("access", time).kid).toBeDefined();
    await settle();
    time += 100;
  }
  expect(reads).toBe(3);
  expect(faults).toEqual([fault, fault, fault]);
});

test("a process that slept reads before it signs or verifies", async () => {
  const stolen = here.signer("access", time).kid!;
  await there.retire(stolen, operator);
  time += 10 * minute;
  await here.ready();
  expect(here.verifiers("access", stolen)).toEqual([]);
  expect(here.ready()).toBeUndefined();
  time += 10 * minute;
  fault = new Error("away");
  await expect(here.ready()).rejects.toBe(fault);
});

/** Begins a read that has its rows and does not return them before it is released. */
async function heldRead() {
  let release!: () => void;
  hold = new Promise((resolve) => (release = resolve));
  const done = here.refresh();
  await settle();
  hold = undefined;
  return { release, done };
}

test("class 7: a read that began before a key was retired here does not bring it back", async () => {
  const stolen = here.signer("access", time).kid!;
  const { release, done } = await heldRead();
  await here.retire(stolen, operator);
  expect(here.verifiers("access", stolen)).toEqual([]);
  release();
  await done;
  expect(here.verifiers("access", stolen)).toEqual([]);
  expect(here.signer("access", time).kid).not.toBe(stolen);
});

test("news of another process is read even while an older read is under way", async () => {
  const { release, done } = await heldRead();
  const { kid } = await there.rotate({ now: true }, operator);
  const newer = here.refresh();
  release();
  await done;
  expect(here.verifiers("access", kid)).toEqual([]);
  await newer;
  expect(here.verifiers("access", kid).length).toBe(1);
});
