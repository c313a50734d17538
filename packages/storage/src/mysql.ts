// The MySQL and MariaDB dialect. mysql2 is an optional peer and is imported when a URL is opened.
export { openMysqlStorage, type MysqlStorageOptions } from "./lib/dialects/mysql/open-storage.ts";
export type { MysqlSource } from "./lib/dialects/mysql/open-pool.ts";
export type {
  MysqlCallback,
  MysqlCallbackPool,
  MysqlConnection,
  MysqlField,
  MysqlPool,
  MysqlStatement,
} from "./lib/dialects/mysql/mysql-pool.ts";
export { mariadbProfile, mysqlProfile } from "./lib/dialects/mysql/profile.ts";
export { serverDefaults, type ServerSettings } from "./lib/dialects/server/pool-settings.ts";
export type { BoundMigrations, OpenedStorage } from "./lib/opened-storage.ts";
