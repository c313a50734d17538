// The SQLite dialect. better-sqlite3 is an optional peer and is imported when a file is opened.
export {
  openSqliteStorage,
  sqliteDefaults,
  type SqliteSettings,
  type SqliteStorage,
  type SqliteStorageOptions,
} from "./lib/dialects/sqlite/open-storage.ts";
export type { SqliteSource } from "./lib/dialects/sqlite/open-handles.ts";
export { sqliteProfile } from "./lib/dialects/sqlite/profile.ts";
export type { SqliteDatabase, SqliteStatement } from "./lib/dialects/sqlite/sqlite-database.ts";
