import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStorage, type MemoryStorage } from "../../memory.ts";
import type { JsonObject } from "../kernel/json.ts";
import { systemRandom } from "../kernel/random.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import type { KeyRingOptions } from "./key-ring-options.ts";
import { MasterKeyMismatchError } from "./master-key.ts";

// What a ring is made from: stored keys under a master key, or configured secrets.
const operator = { kind: "operator" } as const;
const time = 1_790_000_000_000;

let storage: MemoryStorage;
beforeEach(() => {
  storage = createMemoryStorage();
});

function ring(change: Partial<KeyRingOptions> = {}): KeyRing {
  return createKeyRing({
    realm: "main",
    storage,
    masterKeys: [new Uint8Array(32).map((_, at) => at)],
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

describe("keys at rest", () => {
  test("RT-19 a dump shows no private key", async () => {
    const secrets: string[] = [];
    const generate: typeof nodeJwsKeys.generate = async (algorithm) => {
      const made = await nodeJwsKeys.generate(algorithm);
      const { d, p, q, k } = made.privateJwk;
      secrets.push(...[d, p, q, k].filter((part) => typeof part === "string"));
      return made;
    };
    const jws = { ...nodeJwsKeys, generate };
    for (const algorithm of ["EdDSA", "ES256", "RS256", "HS256"] as const) {
      await (await loaded({ jws, signing: { algorithm } })).rotate({ now: true }, operator);
    }
    const dump = JSON.stringify([await stored(), await storage.read.events.list({ realm: "main", limit: 100 })]);
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    for (const secret of secrets) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret, "base64url").toString("hex"));
    }
  });

  test("another master key is refused at load, and makes no keys of its own", async () => {
    await loaded();
    const before = await stored();
    await expect(loaded({ masterKeys: [systemRandom(32)] })).rejects.toThrow(MasterKeyMismatchError);
    expect(await stored()).toEqual(before);
  });

  test("a public key that was put into a row is not published", async () => {
    const made = await loaded();
    const foreign = (await nodeJwsKeys.generate("EdDSA")).publicJwk!;
    const list = async () => (await stored()).map((row) => ({ ...row, publicJwk: row.publicJwk && foreign }));
    const misled = await loaded({ storage: { ...storage, read: { ...storage.read, keys: { list } } } });
    expect(misled.publicJwks()).toEqual(made.publicJwks());
    expect(JSON.stringify(misled.publicJwks())).not.toContain(String(foreign["x"]));
  });

  test.each([
    [{ masterKeys: [] }, /^masterKey is needed: realm main keeps its access and refresh keys/],
    [{ masterKeys: [new Uint8Array(31)] }, "31 bytes"],
    [{ masterKeys: [systemRandom(32), new Uint8Array(32)] }, "all its bytes are the same"],
  ])("%o is refused by name", (change, message) => {
    expect(() => ring(change)).toThrow(message);
  });
});

describe("configured secrets", () => {
  const secret = (fill: number, length = 32) => new Uint8Array(length).fill(fill);
  const configured = (secrets: readonly { readonly secret: Uint8Array; readonly verifyOnly?: boolean }[]) =>
    ({ signing: { algorithm: "HS256", secrets }, refreshKey: "shared", masterKeys: [] }) as const;

  test("the first that may signs, all verify, none has a kid, nothing is stored or published", async () => {
    const made = await loaded(
      configured([{ secret: secret(1, 9), verifyOnly: true }, { secret: secret(2) }, { secret: secret(3) }]),
    );
    const signer = made.signer("access", time);
    expect([signer.kid, signer.algorithm]).toEqual([undefined, "HS256"]);
    expect(made.verifiers("access", undefined).indexOf(signer)).toBe(1);
    expect(made.verifiers("access", undefined).length).toBe(3);
    expect(made.verifiers("access", "a")).toEqual([]);
    expect([made.publicJwks(), made.list(), await stored()]).toEqual([[], [], []]);
    const oct = { kty: "oct", k: Buffer.from(secret(2)).toString("base64url") } satisfies JsonObject;
    const reference = await nodeJwsKeys.importJwk("HS256", oct);
    expect(await signer.key.sign("a.b")).toBe(await reference.sign("a.b"));
    for (const change of [made.rotate({}, operator), made.retire("a", operator)]) {
      await expect(change).rejects.toThrow("resource_unknown");
    }
    expect(await made.purge(time)).toBe(0);
  });

  test.each([
    [[], "holds no secret that signs"],
    [[{ secret: secret(1), verifyOnly: true }], "holds no secret that signs"],
    [[{ secret: secret(1) }, { secret: secret(2, 31) }], "secrets[1] has 31 bytes"],
    [[{ secret: secret(1) }, { secret: secret(2, 0), verifyOnly: true }], "secrets[1] is empty"],
  ])("%o is refused by name", (secrets, message) => {
    expect(() => ring(configured(secrets))).toThrow(message);
  });
});
