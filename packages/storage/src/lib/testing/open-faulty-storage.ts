// A migrated storage whose writer fails on demand. For tests only.
import type { Storage } from "@latchkey/core/ports";
import { Kysely } from "kysely";
import { createStorage } from "../create-storage.ts";
import { SqliteGroupCommitDialect } from "../dialects/sqlite/dialect.ts";
import { openHandles } from "../dialects/sqlite/open-handles.ts";
import { sqliteDefaults, type SqliteSettings } from "../dialects/sqlite/open-storage.ts";
import { sqliteProfile } from "../dialects/sqlite/profile.ts";
import type { LatchkeyKysely, LatchkeyTables } from "../kernel/tables.ts";
import { migrate } from "../migrations/migrator.ts";
import { faultyDatabase, type Fault, type FaultyDatabase } from "./faulty-database.ts";

/** What a test of faults works with. */
export interface FaultyStorage {
  readonly storage: Storage;
  readonly kysely: LatchkeyKysely;
  readonly writer: FaultyDatabase;
  /** The fault from now on. */
  setFault(fault: Fault): void;
}

/** Opens a temporary database; nothing fails before `setFault`. */
export async function openFaultyStorage(settings: SqliteSettings = {}): Promise<FaultyStorage> {
  const options = { ...sqliteDefaults, ...settings };
  const handles = await openHandles({ file: ":memory:" }, options);
  let current: Fault = () => undefined;
  const writer = faultyDatabase(handles.writer, (sql) => current(sql));
  const dialect = new SqliteGroupCommitDialect({ ...handles, writer }, options);
  const kysely = new Kysely<LatchkeyTables>({ dialect });
  const database = { kysely, profile: sqliteProfile };
  await migrate(database);
  const driver = dialect.createDriver();
  const storage = createStorage({
    ...database,
    ...dialect.unitWays(kysely),
    changeToken: () => 0,
    read: (query) => driver.read(query),
    close: () => driver.destroy(),
  });
  return { storage, kysely, writer, setFault: (fault) => void (current = fault) };
}
