// The PostgreSQL dialect. pg is an optional peer and is imported when a URL is opened.
export { openPostgresStorage, type PostgresStorageOptions } from "./lib/dialects/postgres/open-storage.ts";
export type { PostgresSource } from "./lib/dialects/postgres/open-pool.ts";
export type {
  PostgresAnswer,
  PostgresClient,
  PostgresPool,
  PostgresQuery,
  PostgresTypes,
} from "./lib/dialects/postgres/postgres-pool.ts";
export { postgresProfile } from "./lib/dialects/postgres/profile.ts";
export { serverDefaults, type ServerSettings } from "./lib/dialects/server/pool-settings.ts";
export type { BoundMigrations, OpenedStorage } from "./lib/opened-storage.ts";
