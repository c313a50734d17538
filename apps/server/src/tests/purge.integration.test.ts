// 50,000 sessions that have expired leave in the background of servers that work meanwhile. What it costs a refresh is printed, and gates nothing: machines differ.
import { openStorage } from "@latchkey/storage";
import type { OpenedStorage } from "@latchkey/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quantile, startFleet, until } from "./support/fleet.ts";
import type { Fleet, Tokens } from "./support/fleet.ts";
import { runCli } from "./support/run-cli.ts";
import { baseSettings, createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { migratedSandbox, testServers } from "./support/test-databases.ts";

// `pnpm soak` takes 1,000,000.
const families = Number(process.env["LATCHKEY_PURGED_FAMILIES"] ?? 50_000);
const timeout = 180_000 + families * 5;
const day = 86_400_000;

const databases = [
  { name: "SQLite", missing: undefined, place: undefined },
  ...testServers.map((server) => ({ name: server.name, missing: server.missing, place: () => server.create() })),
];

const withPurge = (intervalSeconds: number | null): object => ({ ...baseSettings, purge: { intervalSeconds } });

describe.each(databases)("$name", ({ name, missing, place }) => {
  describe.skipIf(missing !== undefined)(`the background purge ${missing ?? ""}`, () => {
    let opened: OpenedStorage;
    let quiet: Sandbox;
    let purging: Sandbox;
    beforeAll(async () => {
      const url = (await place?.())?.url;
      quiet =
        url === undefined ? createSandbox({ settings: withPurge(null) }) : await migratedSandbox(url, withPurge(null));
      const { DATABASE_URL: at = `sqlite:${quiet.databaseFile}`, LATCHKEY_MASTER_KEY } = quiet.environment;
      purging = createSandbox({
        settings: withPurge(1),
        environment: { DATABASE_URL: at, ...(LATCHKEY_MASTER_KEY === undefined ? {} : { LATCHKEY_MASTER_KEY }) },
      });
      if (url === undefined) await runCli(quiet, ["migrate"]);
      opened = await openStorage(at);
    }, timeout);
    afterAll(async () => {
      await opened.storage.close();
      for (const sandbox of [quiet, purging]) sandbox.remove();
    });

    /** How many families there are. */
    const familiesLeft = async (): Promise<number> => {
      const all = opened.kysely.selectFrom("token_families").select(({ fn }) => fn.countAll<number>().as("count"));
      return (await all.executeTakeFirstOrThrow()).count;
    };
    /** Whether none is left that has expired; an index answers at once, so that asking is no load. */
    const nothingIsLeft = async (): Promise<boolean> => {
      const expired = opened.kysely
        .selectFrom("token_families")
        .select("id")
        .where("purge_after", "<", Date.now() - day);
      return (await expired.limit(1).execute()).length === 0;
    };

    /** Copies of a living family that expired two days ago. */
    async function bury(count: number, marker: number): Promise<void> {
      const { kysely } = opened;
      const model = await kysely.selectFrom("token_families").selectAll().limit(1).executeTakeFirstOrThrow();
      const past = Date.now() - 2 * day;
      const expired = { ...model, idle_expires_at: past, expires_at: past, purge_after: past };
      for (let at = 0; at < count; at += 500) {
        const rows = Array.from({ length: Math.min(500, count - at) }, (_, index) => {
          const id = Buffer.alloc(11, marker);
          id.writeUInt32BE(at + index, 7);
          return { ...expired, id };
        });
        await kysely.insertInto("token_families").values(rows).execute();
      }
    }

    /** How long each refresh of a few clients took, in milliseconds, until `isOver`. */
    async function measure(fleet: Fleet, chains: Tokens[], isOver: (measured: number) => Promise<boolean>) {
      const times: number[] = [];
      let over = false;
      const work = async (place: number): Promise<void> => {
        while (!over) {
          const began = performance.now();
          const answer = await fleet.clients[place % fleet.clients.length]!.refresh(chains[place]!.refresh_token);
          times.push(performance.now() - began);
          expect(answer.status).toBe(200);
          chains[place] = answer.body as Tokens;
        }
      };
      const workers = Promise.all(chains.map((_, place) => work(place)));
      const watcher = until("purged", () => isOver(times.length), timeout).finally(() => (over = true));
      await Promise.all([workers, watcher]);
      return times;
    }

    it(
      `deletes ${families} expired families from two processes at once, and no refresh fails`,
      { timeout },
      async () => {
        const before = await startFleet(quiet, 2);
        const chains = [...(await before.sessions("alive", 4))];
        const alone = await measure(before, chains, async (measured) => measured >= 400);
        const alive = await familiesLeft();
        await bury(families, 1);
        await before.end();
        const fleet = await startFleet(purging, 2);
        const began = performance.now();
        const beside = await measure(fleet, chains, nothingIsLeft);
        expect(await familiesLeft()).toBe(alive);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        await fleet.end();
        // The first ones warm the processes up.
        const [p95Alone, p95Beside] = [alone, beside].map((times) => quantile(times.slice(50), 0.95).toFixed(1));
        console.info(
          `${name}: ${families} families left within ${seconds} s; p95 of a refresh ${p95Alone} ms before (${alone.length}), ${p95Beside} ms meanwhile (${beside.length})`,
        );
      },
    );

    it("ends in order in the middle of its work, and the command finishes it", { timeout }, async () => {
      const alive = await familiesLeft();
      await bury(families / 2, 2);
      const fleet = await startFleet(purging, 1);
      await until("begun", async () => (await familiesLeft()) < families / 2 + alive);
      const began = performance.now();
      await fleet.end();
      expect(performance.now() - began).toBeLessThan(10_000);
      const reports = await Promise.all([1, 2].map(() => runCli(purging, ["purge", "--json"])));
      for (const { code, stderr } of reports)
        expect([code, stderr.replaceAll(/^deleted so far.*\n/gm, "")]).toEqual([0, ""]);
      expect(await familiesLeft()).toBe(alive);
    });
  });
});
