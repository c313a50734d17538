// Migrations: what they are, what they would do, and doing it. A dialect's own entry offers the same bound to its database.
export { allMigrations, latestSchemaVersion } from "./lib/migrations/all-migrations.ts";
export type { Migration } from "./lib/migrations/migration.ts";
export {
  checkSchema,
  migrate,
  planMigrations,
  type MigrateOptions,
  type MigrationPlan,
  type MigrationReport,
  type PlannedMigration,
} from "./lib/migrations/migrator.ts";
export { MigrationFailedError, SchemaNotMigratedError, SchemaTooNewError } from "./lib/migrations/schema-error.ts";
