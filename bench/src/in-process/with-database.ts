// The costs that need a database: a provider's verification of tokens it knows, and one committed row.
import { randomBytes } from "node:crypto";
import { createIdentityProvider } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import { openSqliteStorage } from "@latchkey/storage/sqlite";
import SqliteDatabase from "better-sqlite3";

const knownTokens = 64;
const password = "correct horse battery staple";

/**
 * Verifies 64 known tokens in turn, with every check of a hit: key set, expiry, whether another process has committed, revocation.
 * `fresh` makes the token's text anew for each call, as it comes from a socket: its hash is not known to the engine yet.
 */
export async function knownTokenVerification(file: string, text: "same" | "fresh"): Promise<(count: number) => void> {
  const { storage, migrate } = await openSqliteStorage({ file });
  await migrate();
  const provider = createIdentityProvider({
    issuer: "http://localhost:8000/v1",
    storage,
    masterKey: new Uint8Array(randomBytes(32)),
    platform: nodePlatform(),
  });
  const tokens = await issue(provider);
  for (const token of tokens) await provider.verifyAccessToken(token);
  const bytes = tokens.map((token) => Buffer.from(token, "latin1"));
  return (count) => {
    for (let done = 0; done < count; done++) {
      const at = done % knownTokens;
      const verdict = provider.verifyAccessToken(text === "same" ? tokens[at] : bytes[at]!.toString("latin1"));
      if (verdict instanceof Promise) throw new Error("a known token was not answered at once");
    }
  };
}

async function issue(provider: ReturnType<typeof createIdentityProvider>): Promise<readonly string[]> {
  await provider.signUp({ identifiers: { username: "bench" }, password });
  const { tokens: first } = await provider.logIn({ identifier: "bench", password });
  const tokens = [first.accessToken];
  for (let { refreshToken } = first; tokens.length < knownTokens;) {
    const { tokens: next } = await provider.refresh(refreshToken);
    ({ refreshToken } = next);
    tokens.push(next.accessToken);
  }
  return tokens;
}

/** One UPDATE with a commit of its own that is on disk afterwards (WAL, synchronous=FULL): what a write costs that shares nothing. */
export function committedRow(file: string): (count: number) => void {
  const database = new SqliteDatabase(file);
  database.pragma("journal_mode = wal");
  database.pragma("synchronous = full");
  database.exec("create table if not exists rows (id integer primary key, generation integer not null) strict");
  database.exec("insert or ignore into rows values (1, 0)");
  const advance = database.prepare("update rows set generation = generation + 1 where id = 1");
  return (count) => {
    for (let done = 0; done < count; done++) advance.run();
  };
}
