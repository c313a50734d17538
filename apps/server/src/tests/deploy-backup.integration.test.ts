// Backup and restore as docs/deploy.md tells them: its own commands are run, on a server that is in use, and the copy logs in and refreshes.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClient } from "./support/client.ts";
import { listings, readDocument } from "./support/listings.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { runMain, startProcess } from "./support/server-process.ts";
import { testDatabaseName } from "./support/test-databases.ts";

const execute = promisify(execFile);
const isCi = process.env["CI"] !== undefined;
const guide = readDocument("docs/deploy.md");

/** Where a database is, for the server and for the commands of the document. */
interface Place {
  readonly sandbox: Sandbox;
  readonly variables: Readonly<Record<string, string>>;
}

/** The two listings below a heading: how to back up, and how to restore. */
function commands(heading: string): readonly [string, string] {
  const section = guide.slice(guide.indexOf(`\n### ${heading}\n`)).split(/\n##+ /)[1] ?? "";
  const [backup, restore] = listings(section, "sh");
  if (backup === undefined || restore === undefined)
    throw new Error(`docs/deploy.md has no two listings at ${heading}`);
  return [backup, restore];
}

async function shell(script: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", ...variables };
  await execute("bash", ["-euo", "pipefail", "-c", script], { env, timeout: 60_000 });
}

async function missingTool(...names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const found = await execute("bash", ["-c", `command -v ${name}`]).catch(() => undefined);
    if (found === undefined) return name;
  }
  return undefined;
}

/** Signs up, backs up while the server runs, restores into the empty place, and goes on there. */
async function backUpAndRestore(heading: string, [from, to]: readonly [Place, Place]): Promise<void> {
  const [backup, restore] = commands(heading);
  const archive = { BACKUP: join(from.sandbox.folder, "latchkey.backup") };
  const before = await startProcess(from.sandbox);
  const client = createClient(before.origin);
  const { status, body: tokens } = await client.signUp("kept");
  expect(status).toBe(201);
  await shell(backup, { ...from.variables, ...archive });
  expect((await client.signUp("too-late")).status).toBe(201);
  expect((await before.end()).code).toBe(0);

  await shell(restore, { ...to.variables, ...archive });
  const after = await startProcess(to.sandbox);
  const restored = createClient(after.origin);
  expect((await restored.logIn("kept")).status).toBe(200);
  expect((await restored.logIn("too-late")).status).toBe(401);
  // The keys came along: tokens from before are still good.
  expect((await restored.me(tokens.access_token as string)).status).toBe(200);
  expect((await restored.refresh(tokens.refresh_token as string)).status).toBe(200);
  expect((await after.end()).code).toBe(0);
}

describe("SQLite", () => {
  it("comes back from an online backup and its master key", async ({ skip }) => {
    const missing = await missingTool("sqlite3");
    if (isCi) expect(missing).toBeUndefined();
    skip(missing !== undefined, `needs the command ${missing}`);
    const places = [createSandbox(), createSandbox()].map((sandbox): Place => {
      onTestFinished(() => sandbox.remove());
      mkdirSync(dirname(sandbox.databaseFile));
      return { sandbox, variables: { DATABASE: sandbox.databaseFile } };
    }) as [Place, Place];
    await backUpAndRestore("SQLite", places);
  });
});

const servers = [
  { heading: "PostgreSQL", variable: "LATCHKEY_TEST_POSTGRES", tools: ["pg_dump", "pg_restore"] },
  { heading: "MySQL and MariaDB", variable: "LATCHKEY_TEST_MYSQL", tools: ["mariadb-dump", "mariadb"] },
] as const;

describe.each(servers)("$heading", ({ heading, variable, tools }) => {
  it(`comes back from a dump into an empty database (needs ${variable})`, { timeout: 120_000 }, async ({ skip }) => {
    const base = process.env[variable] ?? "";
    const missing = base === "" ? variable : await missingTool(...tools);
    if (isCi) expect(missing).toBeUndefined();
    skip(missing !== undefined, `needs ${missing}, as .ci/services.sh provides it`);
    const masterKey = randomBytes(32).toString("base64");
    const places = await Promise.all([createPlace(base, masterKey), createPlace(base, masterKey)]);
    expect((await runMain(places[0].sandbox, ["migrate"])).code).toBe(0);
    await backUpAndRestore(heading, places);
  });
});

/** An empty database of its own. */
async function createPlace(base: string, masterKey: string): Promise<Place> {
  const name = testDatabaseName();
  const url = new URL(base);
  url.pathname = `/${name}`;
  await runAt(base, `create database ${name}`);
  const sandbox = createSandbox({ environment: { DATABASE_URL: url.href, LATCHKEY_MASTER_KEY: masterKey } });
  onTestFinished(async () => {
    sandbox.remove();
    await runAt(base, `drop database ${name}`);
  });
  return { sandbox, variables: variablesOf(url) };
}

/** Runs SQL by the engine's own client. */
async function runAt(base: string, statement: string): Promise<void> {
  const url = new URL(base);
  const client = url.protocol.startsWith("postgres")
    ? 'psql -q -v ON_ERROR_STOP=1 "$BASE" -c "$STATEMENT"'
    : 'mariadb --host="$DATABASE_HOST" --port="$DATABASE_PORT" --user="$DATABASE_USER" -e "$STATEMENT"';
  await shell(client, { ...variablesOf(url), BASE: base, STATEMENT: statement });
}

function variablesOf(url: URL): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: url.href,
    DATABASE_HOST: url.hostname,
    DATABASE_PORT: url.port === "" ? "3306" : url.port,
    DATABASE_USER: decodeURIComponent(url.username),
    MYSQL_PWD: decodeURIComponent(url.password),
    DATABASE_NAME: url.pathname.slice(1),
  };
}
