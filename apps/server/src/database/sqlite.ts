// SQLite for the server: a file beside the data, migrated at each start.
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { openSqliteStorage } from "@latchkey/storage/sqlite";
import { DatabaseError } from "./database.ts";
import type { Database, OpenDatabaseOptions } from "./database.ts";
import type { FileLocation } from "./database-url.ts";

/** Opens a SQLite file. @throws DatabaseError where it is missing and must exist. @throws StoreUnavailableError */
export async function openSqlite(at: FileLocation, { missing }: OpenDatabaseOptions): Promise<Database> {
  const exists = existsSync(at.path);
  if (!exists && missing === "existing") {
    throw new DatabaseError(
      `There is no database yet: ${at.path} does not exist. Start the server once, or run: pnpm latchkey migrate`,
    );
  }
  const file = !exists && missing === "imagine" ? ":memory:" : at.path;
  const opened = await openSqliteStorage({ file, fileMustExist: missing === "existing" });
  const { storage, kysely, load, polls, planMigrations, migrate, checkSchema } = opened;
  return {
    name: `SQLite ${basename(at.path)}`,
    storage,
    load,
    polls,
    migratesItself: true,
    planMigrations,
    migrate,
    checkSchema,
    hasKeys: async () => (await kysely.selectFrom("signing_keys").select("kid").limit(1).execute()).length > 0,
    close: () => storage.close(),
  };
}
