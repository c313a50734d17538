// Statements are planned once, when tables are small and PostgreSQL knows nothing of them. They must stay good while the tables grow, until it looks again.
import { expect, onTestFinished, test } from "vitest";
import { newAccount } from "../../testing/samples.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { openPostgresStorage } from "./open-storage.ts";

const { missing } = postgresServer;
const accounts = 10_000;
/** PostgreSQL keeps a plan after five executions with plans of their own. */
const executionsUntilPlanned = 8;

test.skipIf(missing)(
  `a log-in's look-up does not pass through every account ${missing ?? ""}`,
  async () => {
    const { url, run } = await postgresServer.create();
    const { storage, migrate } = await openPostgresStorage({ url, maxConnections: 1, statementMilliseconds: 5_000 });
    onTestFinished(() => storage.close());
    await migrate();
    for (const table of ["accounts", "account_identifiers", "credentials"]) {
      await run(`alter table ${table} set (autovacuum_enabled = false)`);
    }
    await storage.transact((tx) => tx.accounts.create(newAccount("ann")));
    const find = () => storage.read.accounts.byIdentifier({ realm: "main", kind: "username", key: "ann" });
    for (let execution = 0; execution < executionsUntilPlanned; execution++) await find();
    const series = `generate_series(2, ${accounts}) n`;
    await run(`insert into accounts select realm, 'id' || n, n, status, roles, security_version, identifiers, attributes,
    created_at, updated_at, last_log_in_at, withdrawn_at from accounts, ${series}`);
    await run(
      `insert into account_identifiers select realm, kind, 'key' || n, value, 'id' || n from account_identifiers, ${series}`,
    );
    await run(`insert into credentials select realm, 'id' || n, kind, secret from credentials, ${series}`);
    // In the order of their number this is milliseconds, in that of its square half a minute.
    expect(await find()).toMatchObject({ account: { id: "ann" } });
  },
  60_000,
);
