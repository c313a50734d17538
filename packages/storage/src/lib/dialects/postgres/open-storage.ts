// Opens Latchkey's storage on PostgreSQL: pool, dialect, profile, stores, hints.
// Must not migrate by itself: on a server database somebody asks for that.
import { randomUUID } from "node:crypto";
import { Kysely } from "kysely";
import { createStorage } from "../../create-storage.ts";
import type { DialectProfile } from "../../kernel/dialect-profile.ts";
import { connectionRunner } from "../../kernel/session.ts";
import type { LatchkeyTables } from "../../kernel/tables.ts";
import { bindMigrations, type OpenedStorage } from "../../opened-storage.ts";
import { checkedSettings, type ServerSettings } from "../server/pool-settings.ts";
import { ClientShelf } from "./client-shelf.ts";
import { PostgresPoolDialect } from "./dialect.ts";
import { HintListener } from "./hint-listener.ts";
import { checkServer, openPool, type PostgresSource } from "./open-pool.ts";
import { PostgresLinks } from "./postgres-links.ts";
import { hintFrom, postgresProfile } from "./profile.ts";

/** A URL or a pool, and settings. */
export type PostgresStorageOptions = ServerSettings & PostgresSource;

/**
 * Opens a storage on PostgreSQL and asks the server once whether it will do. The schema is neither checked nor migrated.
 * @throws TypeError or RangeError for an impossible option, named in the message. @throws StoreUnavailableError when the server cannot be reached or is too old.
 * @throws Error when pg is missing.
 */
export async function openPostgresStorage(options: PostgresStorageOptions): Promise<OpenedStorage> {
  if ("url" in options === "pool" in options) throw new TypeError("url, pool: give exactly one of them");
  const settings = checkedSettings(options);
  const opened = await openPool(options, settings);
  const { pool, where, makeClient } = opened;
  const { preparedStatements, statementMilliseconds } = settings;
  const shelf = new ClientShelf(pool, { isOwn: opened.isOwn, preparedStatements });
  const endPool = async (): Promise<void> => {
    shelf.close();
    if (opened.isOwn) await pool.end();
  };
  const links = { preparedStatements, where, statementMilliseconds, endPool };
  const dialect = new PostgresPoolDialect(new PostgresLinks(shelf, links), settings);
  const driver = dialect.createDriver();
  const self = randomUUID();
  const profile: DialectProfile = { ...postgresProfile, hint: (kysely) => hintFrom(self).compile(kysely) };
  const database = { kysely: new Kysely<LatchkeyTables>({ dialect }), profile };
  const hints = makeClient && new HintListener(makeClient, self);
  const close = async (): Promise<void> => {
    await hints?.close();
    await driver.destroy();
  };
  try {
    await checkServer(opened);
  } catch (error) {
    await close();
    throw error;
  }
  // Migrations may take longer than any statement of a request.
  const patient = new PostgresPoolDialect(
    new PostgresLinks(shelf, { ...links, statementMilliseconds: 0, endPool: async () => undefined }),
    settings,
  );
  return {
    storage: createStorage({
      ...database,
      runSession: connectionRunner(database.kysely, dialect),
      changeToken: () => undefined,
      read: (query) => driver.run(query),
      alone: driver,
      ...(hints !== undefined && { onHint: (listener) => hints.onHint(listener) }),
      close,
    }),
    kysely: database.kysely,
    load: () => ({
      kind: "pool",
      ...driver.load(),
      maximum: opened.isOwn ? settings.maxConnections : undefined,
    }),
    ...bindMigrations({ kysely: new Kysely<LatchkeyTables>({ dialect: patient }), profile }),
  };
}
