// Chooses the dialect. Each is loaded when a URL names it, so that a driver that is not installed is not missed.
import type { Database, OpenDatabaseOptions } from "./database.ts";
import type { DatabaseLocation } from "./database-url.ts";

/** Opens the database that the configuration names. The schema is neither checked nor migrated. */
export async function openDatabase(at: DatabaseLocation, options: OpenDatabaseOptions): Promise<Database> {
  if (at.dialect === "server") return await (await import("./server-database.ts")).openServerDatabase(at);
  return await (await import("./sqlite.ts")).openSqlite(at, options);
}

/** Opens it and makes sure of the schema: a SQLite file is brought up to date, a server database is only checked. */
export async function openReadyDatabase(at: DatabaseLocation, options: OpenDatabaseOptions): Promise<Database> {
  const database = await openDatabase(at, options);
  try {
    if (database.migratesItself && options.missing === "create") await database.migrate();
    await database.checkSchema();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
