// The port's promises on PGlite, PostgreSQL in this process: where there is no server, the statements and the profile are proved all the same, though not parallel connections.
import { afterAll, describe, it } from "vitest";
import { describeStorageConformance } from "@latchkey/core/conformance";
import { startPglite } from "../../testing/pglite-pool.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { openPostgresStorage } from "./open-storage.ts";

describe("PGlite", async () => {
  const server = await startPglite();
  afterAll(() => server.close());
  const first = await openPostgresStorage({ pool: server.pool() });
  await first.migrate();
  describeStorageConformance(
    { describe, it },
    async () => {
      const [{ storage }, { storage: second }] = [
        await openPostgresStorage({ pool: server.pool() }),
        await openPostgresStorage({ pool: server.pool() }),
      ];
      return {
        storage,
        another: async () => second,
        dispose: async () => {
          await Promise.all([storage.close(), second.close()]);
        },
      };
    },
    // Where there is a server, it is the one that is raced.
    { rounds: postgresServer.missing === undefined ? 4 : 40 },
  );
});
