// PostgreSQL, MySQL and MariaDB for the server: several processes share one, so none of them migrates by itself.
import { openStorage, type OpenedStorage } from "@latchkey/storage";
import { DatabaseError } from "./database.ts";
import type { Database } from "./database.ts";
import type { ServerLocation } from "./database-url.ts";

/** Opens a database on a server; nothing is created. @throws DatabaseError for a URL or installation that will not do. @throws StoreUnavailableError */
export async function openServerDatabase({ url, name, pool }: ServerLocation): Promise<Database> {
  const { storage, kysely, load, planMigrations, migrate, checkSchema } = await open(url, pool);
  return {
    name,
    storage,
    load,
    migratesItself: false,
    planMigrations,
    migrate,
    checkSchema,
    hasKeys: async () => (await kysely.selectFrom("signing_keys").select("kid").limit(1).execute()).length > 0,
    close: () => storage.close(),
  };
}

async function open(url: string, pool: ServerLocation["pool"]): Promise<OpenedStorage> {
  try {
    return await openStorage(url, { server: pool });
  } catch (error) {
    // A server that does not answer has an error of its own; what is left is a word of the URL or a driver that is missing.
    if (!(error instanceof Error) || error.name === "StoreUnavailableError") throw error;
    throw new DatabaseError(error.message.replace(/^url: /, "The database URL "), error);
  }
}
