// The README does what it says: its listing runs, and its walk, command by command, gets answers of the shapes that it shows.
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { listings, readDocument, runListing } from "./support/listings.ts";
import { createSandbox } from "./support/sandbox.ts";
import { startProcess } from "./support/server-process.ts";

const readme = readDocument("README.md");

describe("README", () => {
  it("embeds the core in an application in at most 20 lines, which run", async () => {
    const [listing = "", ...others] = listings(readme, "ts");
    expect(others).toEqual([]);
    expect(listing.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
    const { stdout } = await runListing(listing, {
      environment: { LATCHKEY_MASTER_KEY: randomBytes(32).toString("base64") },
      driver: `
        import { app } from "./listing.ts";
        const post = (path: string, body: unknown) =>
          app.request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
        const read = (token: string) => app.request("/notes", { headers: { authorization: "Bearer " + token } });
        const { account, access_token, refresh_token } = await (await post("/v1/signup", { username: "gildong", password: "correct horse battery staple" })).json();
        const notes = await read(access_token);
        const reader = await notes.json();
        await post("/v1/logout", { refresh_token });
        console.log(JSON.stringify([notes.status, reader.reader.id === account.id, (await read(access_token)).status, (await app.request("/notes")).status]));
        process.exit();`,
    });
    expect(JSON.parse(stdout)).toEqual([200, true, 401, 401]);
  });

  it.skipIf(!hasCurl())("walks from sign-up to log-out (needs curl and bash)", { timeout: 60_000 }, async () => {
    const steps = walk(readme);
    expect(steps.map(({ command }) => /\/v1\/([a-z/]+)/.exec(command)?.[1])).toEqual([
      "signup",
      "login",
      "me",
      "token/refresh",
      "logout",
      "me",
    ]);
    const sandbox = createSandbox();
    const server = await startProcess(sandbox);
    try {
      let tokens: Readonly<Record<string, string>> = {};
      for (const { command, shown } of steps) {
        expect(command).toContain("http://localhost:8000");
        const { stdout } = await promisify(execFile)(
          "bash",
          ["-c", command.replaceAll("http://localhost:8000", server.origin)],
          { env: { PATH: process.env["PATH"], ...tokens } },
        );
        const answer: unknown = JSON.parse(stdout);
        expect(shapeOf(answer), command).toEqual(shapeOf(JSON.parse(shown)));
        tokens = { ...tokens, ...newestTokens(answer) };
      }
    } finally {
      await server.end();
      sandbox.remove();
    }
  });
});

/** The commands of the first console block, each with the answer below it. */
function walk(document: string): readonly { readonly command: string; readonly shown: string }[] {
  const [block = ""] = listings(document, "console");
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = "", ...shown] = step.trimEnd().split("\n");
      return { command, shown: shown.join("\n") };
    });
}

/** Names and types; codes, statuses and other constants of the API as they are. */
function shapeOf(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member, key)]));
  }
  const varies = /^(id|created_at|access_token|refresh_token|request_id)$/.test(name);
  return varies ? typeof value : value;
}

function newestTokens(answer: unknown): Readonly<Record<string, string>> {
  const { access_token: access, refresh_token: refresh } = Object(answer) as Record<string, string | undefined>;
  return { ...(access && { ACCESS_TOKEN: access }), ...(refresh && { REFRESH_TOKEN: refresh }) };
}

function hasCurl(): boolean {
  try {
    execFileSync("bash", ["-c", "curl --version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
