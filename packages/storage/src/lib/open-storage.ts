// Opens the storage that a URL names. A dialect is loaded when a URL names it, so that a driver that is not installed is not missed.
// Decides nothing but the dialect.
import type { ServerSettings } from "./dialects/server/pool-settings.ts";
import type { SqliteSettings } from "./dialects/sqlite/open-storage.ts";
import type { OpenedStorage } from "./opened-storage.ts";

/** Settings by the kind of database; those of the other kind are not looked at. */
export interface OpenStorageOptions {
  /** For PostgreSQL, MySQL and MariaDB. */
  readonly server?: ServerSettings;
  readonly sqlite?: SqliteSettings;
}

type Open = (url: string, options: OpenStorageOptions) => Promise<OpenedStorage>;

const openPostgres: Open = async (url, { server }) =>
  await (await import("./dialects/postgres/open-storage.ts")).openPostgresStorage({ ...server, url });
const openMysql: Open = async (url, { server }) =>
  await (await import("./dialects/mysql/open-storage.ts")).openMysqlStorage({ ...server, url });
const openSqlite: Open = async (url, { sqlite }) =>
  await (
    await import("./dialects/sqlite/open-storage.ts")
  ).openSqliteStorage({ ...sqlite, file: url.slice("sqlite:".length) });

const dialects: ReadonlyMap<string, Open> = new Map([
  ["sqlite:", openSqlite],
  ["postgres:", openPostgres],
  ["postgresql:", openPostgres],
  ["mysql:", openMysql],
  ["mariadb:", openMysql],
]);

/**
 * Opens the storage that `url` names: `sqlite:PATH` (or `sqlite::memory:`), `postgres://USER:PASSWORD@HOST:5432/DATABASE`, `mysql://USER:PASSWORD@HOST:3306/DATABASE`
 * (also `postgresql:` and `mariadb:`). The schema is neither checked nor migrated.
 * @throws TypeError for a URL that names none of them; it is not repeated, since it may hold a password. @throws whatever the dialect's own function throws.
 */
export async function openStorage(url: string, options: OpenStorageOptions = {}): Promise<OpenedStorage> {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase() ?? "";
  const open = dialects.get(scheme);
  if (open === undefined) {
    throw new TypeError('url: must begin with "sqlite:", "postgres://" or "mysql://"');
  }
  return await open(url, options);
}
