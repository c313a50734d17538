// Statements are planned once, when tables are small and PostgreSQL knows nothing of them. They must stay good while the tables grow, until it looks again.
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import type { PreparedQuery } from "../../kernel/prepared-query.ts";
import type { Session } from "../../kernel/session.ts";
import type { LatchkeyKysely } from "../../kernel/tables.ts";
import { newAccount } from "../../testing/samples.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { createFamilyQueries } from "../../token-family/family-queries.ts";
import { compileRotation } from "../../token-family/rotation-queries.ts";
import { openPostgresStorage } from "./open-storage.ts";
import { postgresProfile } from "./profile.ts";

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

test.skipIf(missing)(
  `statements on a family use its key, on an empty table and on one that grew since ${missing ?? ""}`,
  async () => {
    const { url, run } = await postgresServer.create();
    const opened = await openPostgresStorage({ url, maxConnections: 1 });
    onTestFinished(() => opened.storage.close());
    await opened.migrate();
    await opened.storage.transact((tx) => tx.accounts.create(newAccount("ann")));
    await run("alter table token_families set (autovacuum_enabled = false)");
    const database = { kysely: opened.kysely, profile: postgresProfile };
    const queries = { ...createFamilyQueries(database), ...compileRotation(database) };
    const kept = {
      byId: await textOf(queries.byId),
      lockOne: await textOf(queries.lockOne),
      revokeOne: await textOf(queries.revokeOne),
      refile: await textOf(queries.refile),
      newest: await textOf(queries.newest),
      advanceKnown: await textOf(queries.advanceKnown),
      advanceReturning: await textOf(queries.advanceReturning),
      reanchor: await textOf(queries.reanchor),
    };
    const ids = Array.from({ length: 200 }, () => Buffer.alloc(11));
    // Of any length, so planned each time.
    const lists = {
      deleteThese: queries.deleteThese("main", ids).sql,
      revokeThese: queries.revokeThese("main", ids, { at: 0, reason: "logged_out" }).sql,
    };
    const expectKeyLookUps = async (statements: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(statements))
        expect([name, await accessToFamilies(opened.kysely, text)]).toEqual([name, ["token_families_pk, one id"]]);
    };
    await expectKeyLookUps(kept);
    await run(`insert into token_families (realm, id, account_id, account_version, generation, created_at, rotated_at, idle_expires_at, expires_at, client_id, purge_after)
      select 'main', decode(lpad(to_hex(n), 22, '0'), 'hex'), 'ann', 0, 1, n, n, n, n, 'c', n from generate_series(1, 200000) n`);
    await expectKeyLookUps({ ...kept, ...lists });
  },
  60_000,
);

async function textOf<Values extends object>(query: PreparedQuery<Values, unknown>): Promise<string> {
  let text = "";
  const session: Session = {
    run: async ({ sql }) => {
      text = sql;
      return { rows: [] };
    },
  };
  await query.rows(session, {} as Values);
  return text;
}

interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** How the plan that PostgreSQL would keep for a statement finds families. */
function accessToFamilies(kysely: LatchkeyKysely, text: string): Promise<readonly string[]> {
  const values = new Set(text.match(/\$\d+/g)).size;
  return kysely.connection().execute(async (connection) => {
    await sql`set plan_cache_mode = force_generic_plan`.execute(connection);
    await sql.raw(`prepare kept as ${text}`).execute(connection);
    const nulls = Array.from({ length: values }, () => "null").join();
    const explained = sql.raw<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(
      `explain (format json) execute kept(${nulls})`,
    );
    const { rows } = await explained.execute(connection);
    await sql`deallocate kept`.execute(connection);
    const nodes = rows.flatMap((row) => row["QUERY PLAN"]).flatMap(({ Plan }) => withDescendants(Plan));
    return nodes
      .filter((node) => node["Index Name"]?.startsWith("token_families"))
      .map((node) => `${node["Index Name"]}, ${/\bid = /.test(node["Index Cond"] ?? "") ? "one id" : "every id"}`);
  });
}

function withDescendants(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(withDescendants)];
}
