// Opens and migrates in one step. For tests only.
import { openSqliteStorage, type SqliteSettings, type SqliteStorage } from "../dialects/sqlite/open-storage.ts";

/** A storage on a file (or `:memory:`) with the latest schema. */
export async function openMigratedStorage(file: string, settings: SqliteSettings = {}): Promise<SqliteStorage> {
  const opened = await openSqliteStorage({ file, ...settings });
  await opened.migrate();
  return opened;
}
