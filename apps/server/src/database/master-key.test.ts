import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import { createSandbox } from "../tests/support/sandbox.ts";
import type { Sandbox } from "../tests/support/sandbox.ts";
import type { Database } from "./database.ts";
import { createMasterKeyFile } from "./master-key-file.ts";
import { findMasterKey } from "./master-key.ts";

const text = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64url");
let sandbox: Sandbox;

beforeEach(() => {
  sandbox = createSandbox();
  mkdirSync(dirname(sandbox.databaseFile));
});
afterEach(() => sandbox.remove());

function find(has: { readonly keys: boolean }, masterKey?: string) {
  const configuration = loadConfiguration({ ...sandbox.environment, LATCHKEY_MASTER_KEY: masterKey }, "/");
  return findMasterKey(configuration, { hasKeys: async () => has.keys } as Database);
}

describe("the master key", () => {
  it("is the environment's where there is one, in base64 or base64url", async () => {
    const found = await find({ keys: true }, Buffer.from(text, "base64url").toString("base64"));
    expect(found.source).toBe("LATCHKEY_MASTER_KEY");
    expect(found.masterKey).toEqual(new Uint8Array(Buffer.from(text, "base64url")));
    expect(existsSync(sandbox.keyFile)).toBe(false);
  });

  it("may have older ones behind it, in the environment and in the file", async () => {
    const old = Buffer.alloc(32, "old key").toString("base64");
    writeFileSync(sandbox.keyFile, `${text},${old}\n`);
    for (const found of [await find({ keys: true }, `${text}, ${old}`), await find({ keys: true })]) {
      expect(Buffer.from(found.masterKey).toString("base64url")).toBe(text);
      expect(found.formerMasterKeys.map((key) => Buffer.from(key).toString("base64"))).toEqual([old]);
    }
    await expect(find({ keys: true }, `${text},`)).rejects.toThrow(/it is empty/);
  });

  it("is made for a database without keys: beside it, named after it, 0600, and the same from then on", async () => {
    const first = await find({ keys: false });
    expect(first.source).toBe(sandbox.keyFile);
    expect(first.masterKey).toHaveLength(32);
    expect(statSync(sandbox.keyFile).mode & 0o777).toBe(0o600);
    expect((await find({ keys: true })).masterKey).toEqual(first.masterKey);
    expect(readdirSync(dirname(sandbox.keyFile))).toEqual(["latchkey.db.key"]);
  });

  it("is one key where many make it at once", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => createMasterKeyFile(sandbox.keyFile)));
    expect(new Set(made).size).toBe(1);
    expect(readFileSync(sandbox.keyFile, "utf8").trim()).toBe(made[0]);
    expect(readdirSync(dirname(sandbox.keyFile))).toEqual(["latchkey.db.key"]);
  });

  it("is never made where keys exist: the message says what to do", async () => {
    await expect(find({ keys: true })).rejects.toThrow(
      /The master key is missing: .*\nSet LATCHKEY_MASTER_KEY to the key/,
    );
    expect(existsSync(sandbox.keyFile)).toBe(false);
  });

  it.each(["short", `${text}AA`, `${text.slice(0, -1)}*`])(
    "is refused where it is no key (%s), and not shown",
    async (wrong) => {
      const refused = find({ keys: false }, wrong);
      await expect(refused).rejects.toThrow(/The master key cannot be used[^]*It comes from LATCHKEY_MASTER_KEY/);
      await expect(refused).rejects.not.toThrow(wrong);
    },
  );

  it("draws a warning where others can read its file", async () => {
    writeFileSync(sandbox.keyFile, text);
    chmodSync(sandbox.keyFile, 0o644);
    expect((await find({ keys: true })).warning).toMatch(/mode 0644\. Run: chmod 600 /);
    chmodSync(sandbox.keyFile, 0o600);
    expect((await find({ keys: true })).warning).toBeUndefined();
  });
});
