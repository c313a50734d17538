// RT-19 on the raw tables: whoever has a dump of the database has no token, no password and no private key.
import { createIdentityProvider } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import { describe, expect, test } from "vitest";
import { serverDialects } from "../../testing/server-dialects.ts";

const password = "correct horse battery staple";
const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

describe.each(serverDialects)("$name", ({ server, open }) => {
  test.skipIf(server.missing)(`nothing in the raw tables lets anyone in ${server.missing ?? ""}`, async () => {
    const database = await server.create();
    const { storage, migrate, kysely } = await open(database.url);
    await migrate();
    const provider = createIdentityProvider({
      issuer: "https://id.example/v1",
      storage,
      masterKey,
      platform: nodePlatform(),
    });
    await provider.start();
    await provider.createAccount({ identifiers: { username: "ann" }, password }, { kind: "operator" });
    const { tokens } = await provider.logIn({ identifier: "ann", password });
    const { tokens: refreshed } = await provider.refresh(tokens.refreshToken);
    let dump = "";
    for (const { name } of await kysely.introspection.getTables()) {
      for (const row of await database.run(`select * from ${name}`)) {
        for (const value of Object.values(row)) {
          dump += value instanceof Uint8Array ? `${Buffer.from(value).toString("latin1")}\n` : `${String(value)}\n`;
        }
      }
    }
    expect(dump).toContain("$argon2id$");
    expect(dump).toContain('"kty"');
    const secrets = [password, Buffer.from(masterKey).toString("base64url"), Buffer.from(masterKey).toString("latin1")];
    for (const token of [tokens, refreshed].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])) {
      secrets.push(token, token.split(".")[2]!);
    }
    for (const secret of secrets) expect(dump).not.toContain(secret);
    // A private member of a JWK.
    expect(dump).not.toMatch(/"(?:d|k|p|q|dp|dq|qi)"\s*:/);
    await provider.close();
    await storage.close();
  });
});
