// Signing keys change under load on several processes, and no token is refused that should not be. What a rotation takes two minutes for, the test moves to a few seconds:
// it brings the activation of the published key nearer and makes every process read the keys, as each does by itself within a minute.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "./support/client.ts";
import { startFleet, until } from "./support/fleet.ts";
import type { Fleet, Tokens } from "./support/fleet.ts";
import { runCli } from "./support/run-cli.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { migratedSandbox, testServers } from "./support/test-databases.ts";
import type { TestDatabase } from "./support/test-databases.ts";

const leadMilliseconds = 6_000;
const timeout = 180_000;

/** The key that a token's header names (RFC 7515 §4.1.4). */
function kidOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as { readonly kid: string }).kid;
}

/** The same token with the name of a key that nobody has: whoever is shown it reads the keys again. */
function withUnknownKid(token: string): string {
  const [head, ...rest] = token.split(".");
  const header = { ...(JSON.parse(Buffer.from(head!, "base64url").toString()) as object), kid: "nobody-has-this-key" };
  return [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
}

async function publishes(client: Client, kid: string): Promise<boolean> {
  const { body } = await client.send("GET", "/v1/.well-known/jwks.json");
  return (body as { readonly keys: readonly { readonly kid: string }[] }).keys.some((key) => key.kid === kid);
}

describe.each(testServers)("$name", (server) => {
  describe.skipIf(server.missing !== undefined)(`signing keys of four processes ${server.missing ?? ""}`, () => {
    let database: TestDatabase;
    let sandbox: Sandbox;
    let fleet: Fleet;
    beforeAll(async () => {
      database = await server.create();
      sandbox = await migratedSandbox(database.url);
      fleet = await startFleet(sandbox, 4);
    }, timeout);
    afterAll(async () => {
      await fleet.end();
      sandbox.remove();
    }, timeout);

    /** Refreshes at each process in turn, and shows every token to all of them, until `isOver` of the tokens' keys. */
    async function load(tokens: Tokens, isOver: (kids: ReadonlyMap<string, number>) => boolean) {
      const kids = new Map<string, number>();
      const refused: number[] = [];
      let refresh = tokens.refresh_token;
      await until(
        "signed by the new key",
        async () => {
          for (const client of fleet.clients) {
            const answer = await client.refresh(refresh);
            if (answer.status !== 200) refused.push(answer.status);
            else refresh = answer.body.refresh_token as string;
            const access = answer.body.access_token as string;
            kids.set(kidOf(access), (kids.get(kidOf(access)) ?? 0) + 1);
            const shown = await Promise.all(fleet.clients.map((verifier) => verifier.me(access)));
            refused.push(...shown.map(({ status }) => status).filter((status) => status !== 200));
          }
          return refused.length > 0 || isOver(kids);
        },
        60_000,
      );
      return { kids, refused };
    }

    it.each(["access", "refresh"])(
      "OP-03: rotating the key of %s tokens under load fails no verification",
      { timeout },
      async (use) => {
        const chains = await fleet.sessions(`op03-${use}`, 3);
        const before = kidOf(chains[0]!.access_token);
        const key = (await runCli(sandbox, ["keys", "rotate", "--use", use, "--json"])).json<{
          readonly kid: string;
        }>();
        const activatesAt = Date.now() + leadMilliseconds;
        await database.run(`update signing_keys set activates_at = ${activatesAt} where kid = '${key.kid}'`);
        for (const client of fleet.clients) {
          expect((await client.me(withUnknownKid(chains[0]!.access_token))).status).toBe(401);
          if (use === "access") expect(await publishes(client, key.kid)).toBe(true);
        }
        // Some tokens before the change, and some of every process after it.
        expect(Date.now()).toBeLessThan(activatesAt);
        const isOver = (kids: ReadonlyMap<string, number>): boolean =>
          use === "access" ? (kids.get(key.kid) ?? 0) >= 12 : Date.now() > activatesAt + 1_000;
        const results = await Promise.all(chains.map((tokens) => load(tokens, isOver)));
        expect(results.flatMap(({ refused }) => refused)).toEqual([]);
        const signed = (kid: string): number => results.reduce((sum, { kids }) => sum + (kids.get(kid) ?? 0), 0);
        if (use === "access") {
          expect(signed(before)).toBeGreaterThan(0);
          expect(signed(key.kid)).toBeGreaterThan(0);
          console.info(`${server.name}: ${signed(before)} tokens of the old key, ${signed(key.kid)} of the new one`);
        }
        // Those of the old key live on until they expire.
        for (const client of fleet.clients) expect((await client.me(chains[0]!.access_token)).status).toBe(200);
      },
    );
  });
});
