// What the environment says: where to listen, which database, which secret. Nothing else reads it.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseMasterKey } from "@latchkey/core";

/** The application's settings. */
export interface Settings {
  readonly port: number;
  /** Where clients reach it, without a slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  /** HS256 secrets: the first signs, all verify. */
  readonly secrets: readonly Uint8Array[];
  /** 32 bytes that protect stored codes and messages; only where there are such. */
  readonly masterKey?: Uint8Array;
  readonly outboxFile: string;
  /** Whether an account confirms its address before it can log in. */
  readonly requireConfirmation: boolean;
}

/** Reads the settings; an empty variable counts as unset. Makes secret and master key where none is given and the database is SQLite's. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(environment["PORT"] || 8010);
  const databaseUrl = environment["DATABASE_URL"] || "sqlite:./data/money-for-rabbit.db";
  const given = (name: string, ending: string) => environment[name] || kept(databaseUrl, name, ending);
  const requireConfirmation = environment["REQUIRE_EMAIL_CONFIRMATION"] === "1";
  const secrets = given("LATCHKEY_SECRET_RABBIT", "secret").split(",");
  return {
    port,
    publicUrl: (environment["PUBLIC_URL"] || `http://localhost:${port}`).replace(/\/+$/, ""),
    databaseUrl,
    secrets: secrets.map((secret) => new TextEncoder().encode(secret)),
    ...(requireConfirmation && { masterKey: parseMasterKey(given("LATCHKEY_MASTER_KEY", "key")) }),
    outboxFile: environment["LATCHKEY_OUTBOX_FILE"] || "data/outbox.jsonl",
    requireConfirmation,
  };
}

// Beside the database and for its owner's eyes only, so that tokens outlive a restart.
function kept(databaseUrl: string, name: string, ending: string): string {
  const file = /^sqlite:(?!:)(.+)$/.exec(databaseUrl)?.[1];
  if (file === undefined) throw new TypeError(`${name} is needed: openssl rand -base64 32`);
  const path = `${file}.${ending}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  return readFileSync(path, "utf8");
}
