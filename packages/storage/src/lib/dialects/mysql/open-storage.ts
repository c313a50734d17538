// Opens Latchkey's storage on MySQL or MariaDB: pool, dialect, profile, stores.
// Must not migrate by itself: on a server database somebody asks for that.
import { Kysely } from "kysely";
import { createStorage } from "../../create-storage.ts";
import { connectionRunner } from "../../kernel/session.ts";
import type { LatchkeyTables } from "../../kernel/tables.ts";
import { bindMigrations, type OpenedStorage } from "../../opened-storage.ts";
import { checkedSettings, type ServerSettings } from "../server/pool-settings.ts";
import { MysqlPoolDialect } from "./dialect.ts";
import { MysqlLinks } from "./mysql-links.ts";
import {
  findFlavour,
  openPool,
  refuseOtherPool,
  refuseOtherSettings,
  sessionSettings,
  type MysqlSource,
} from "./open-pool.ts";
import { mariadbProfile, mysqlProfile } from "./profile.ts";

/** A URL or a pool, and settings. */
export type MysqlStorageOptions = ServerSettings & MysqlSource;

/**
 * Opens a storage on MySQL or MariaDB and asks the server once whether it will do. The schema is neither checked nor migrated.
 * @throws TypeError or RangeError for an impossible option, named in the message. @throws StoreUnavailableError when the server cannot be reached or is too old.
 * @throws Error when mysql2 is missing.
 */
export async function openMysqlStorage(options: MysqlStorageOptions): Promise<OpenedStorage> {
  if ("url" in options === "pool" in options) throw new TypeError("url, pool: give exactly one of them");
  const settings = checkedSettings(options);
  const opened = await openPool(options, settings);
  const { pool, isOwn, where } = opened;
  const endPool = (): Promise<void> =>
    isOwn ? new Promise((resolve) => pool.end(() => resolve())) : Promise.resolve();
  try {
    const flavour = await findFlavour(opened);
    if (!isOwn) await refuseOtherPool(opened);
    const links = {
      prepareSession: isOwn ? sessionSettings(flavour, settings) : refuseOtherSettings,
      ownsPool: isOwn,
      where,
    };
    const profile = flavour === "mariadb" ? mariadbProfile : mysqlProfile;
    const { statementMilliseconds } = settings;
    const dialect = new MysqlPoolDialect(new MysqlLinks(pool, { ...links, statementMilliseconds }), settings);
    const driver = dialect.createDriver();
    const kysely = new Kysely<LatchkeyTables>({ dialect });
    // Migrations may take longer than any statement of a request.
    const patient = new MysqlPoolDialect(
      new MysqlLinks(pool, { ...links, statementMilliseconds: 0, ownsPool: false }),
      settings,
    );
    const storage = createStorage({
      kysely,
      profile,
      runSession: connectionRunner(kysely, dialect),
      changeToken: () => undefined,
      read: (query) => driver.run(query),
      alone: driver,
      close: () => driver.destroy(),
    });
    return {
      storage,
      kysely,
      load: () => ({
        kind: "pool",
        ...driver.load(),
        maximum: isOwn ? settings.maxConnections : undefined,
      }),
      ...bindMigrations({ kysely: new Kysely<LatchkeyTables>({ dialect: patient }), profile }),
    };
  } catch (error) {
    await endPool();
    throw error;
  }
}
