// Opening any database by its URL, and what every dialect shares: the way from a unit of work to its Kysely, the tables' types, the profile that a dialect fills in, and the errors of defects.
export { createStorage, kyselyOf, type StorageParts } from "./lib/create-storage.ts";
export { serverDefaults, type ServerSettings } from "./lib/dialects/server/pool-settings.ts";
export type { SqliteSettings } from "./lib/dialects/sqlite/open-storage.ts";
export type {
  ColumnTypes,
  Database,
  DialectProfile,
  FaultClass,
  MigrationStep,
  RotationWay,
  RowLockable,
} from "./lib/kernel/dialect-profile.ts";
export { openStorage, type OpenStorageOptions } from "./lib/open-storage.ts";
export {
  bindMigrations,
  type BoundMigrations,
  type OpenedStorage,
  type Polls,
  type StorageLoad,
} from "./lib/opened-storage.ts";
export {
  ForeignAwaitError,
  MalformedRowError,
  NestedUnitError,
  UnitEndedError,
  UnstorableValueError,
} from "./lib/kernel/storage-error.ts";
export type * from "./lib/kernel/tables.ts";
