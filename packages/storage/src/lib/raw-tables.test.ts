// RT-19 on the raw tables, and on SQLite's files: whoever has a dump of the database has no token, no password, no code and no private key.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createIdentityProvider, type OutgoingMessage } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import { describe, expect, test } from "vitest";
import { openStorage } from "./open-storage.ts";
import type { OpenedStorage } from "./opened-storage.ts";
import { serverDialects } from "./testing/server-dialects.ts";
import { createTemporaryDirectory } from "./testing/temporary-directory.ts";

const password = "correct horse battery staple";
const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const mobile = "+821012345678";
const directory = createTemporaryDirectory();
const file = directory.path("dumped.db");

/** What the files of SQLite hold beside the tables: pages that were freed, and the log. */
function filesOf(path: string): string {
  const names = readdirSync(dirname(path)).filter((name) => join(dirname(path), name).startsWith(path));
  return names.map((name) => readFileSync(join(dirname(path), name), "latin1")).join("\n");
}

const databases = [
  { name: "sqlite", missing: undefined, create: async () => ({ url: `sqlite:${file}` }), more: () => filesOf(file) },
  ...serverDialects.map(({ name, server }) => ({
    name,
    missing: server.missing,
    create: () => server.create(),
    more: () => "",
  })),
];

async function dumpOf({ kysely }: OpenedStorage): Promise<string> {
  let dump = "";
  for (const { name } of await kysely.introspection.getTables()) {
    const rows = await kysely
      .selectFrom(name as "accounts")
      .selectAll()
      .execute();
    for (const value of rows.flatMap((row) => Object.values(row as object) as unknown[])) {
      dump += value instanceof Uint8Array ? `${Buffer.from(value).toString("latin1")}\n` : `${String(value)}\n`;
    }
  }
  return dump;
}

describe.each(databases)("$name", ({ missing, create, more }) => {
  test.skipIf(missing)(`RT-19: nothing in the raw tables lets anyone in ${missing ?? ""}`, async () => {
    const opened = await openStorage((await create()).url);
    await opened.migrate();
    const sent: OutgoingMessage[] = [];
    const provider = createIdentityProvider({
      issuer: "https://id.example/v1",
      storage: opened.storage,
      masterKey,
      platform: nodePlatform(),
      policy: { logInWith: ["username"], logInWithCode: ["mobile"] },
      messageSender: { send: async (message) => void sent.push(message) },
    });
    await provider.start();
    await provider.createAccount({ identifiers: { username: "ann", mobile }, password }, { kind: "operator" });
    const { tokens } = await provider.logIn({ identifier: "ann", password }, { address: "203.0.113.7" });
    const { tokens: refreshed } = await provider.refresh(tokens.refreshToken);
    await provider.logIn({ identifier: "ann", password: "a wrong guess of hers" }).catch(() => undefined);
    await provider.requestCode({ identifier: mobile });
    // While the message waits, and after it has gone.
    let dump = (await dumpOf(opened)) + more();
    await provider.deliverMessages();
    dump += (await dumpOf(opened)) + more();
    const code = sent[0]!.code!;
    expect(dump).toContain("$argon2id$");
    expect(dump).toContain('"kty"');
    const secrets = [
      password,
      "a wrong guess of hers",
      sent[0]!.text,
      Buffer.from(masterKey).toString("base64url"),
      Buffer.from(masterKey).toString("latin1"),
    ];
    for (const token of [tokens, refreshed].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])) {
      secrets.push(token, token.split(".")[2]!);
    }
    for (const secret of secrets) expect(dump).not.toContain(secret);
    // Six digits occur within longer numbers, such as times.
    expect(dump).not.toMatch(new RegExp(`(?<![0-9A-Za-z])${code}(?![0-9A-Za-z])`));
    // A private member of a JWK.
    expect(dump).not.toMatch(/"(?:d|k|p|q|dp|dq|qi)"\s*:/);
    await provider.close();
    await opened.storage.close();
  });
});
