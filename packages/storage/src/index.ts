// What every dialect shares: the way from a unit of work to its Kysely, the tables' types, the profile that a dialect fills in, and the errors of defects.
export { createStorage, kyselyOf, type StorageParts } from "./lib/create-storage.ts";
export type { ColumnTypes, Database, DialectProfile, FaultClass, RowLockable } from "./lib/kernel/dialect-profile.ts";
export {
  ForeignAwaitError,
  MalformedRowError,
  NestedUnitError,
  UnitEndedError,
  UnstorableValueError,
} from "./lib/kernel/storage-error.ts";
export type * from "./lib/kernel/tables.ts";
