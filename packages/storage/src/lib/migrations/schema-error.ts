// What is wrong with a schema, each with what to do about it.
// Must not look anything up.

/** The database is older than this release. */
export class SchemaNotMigratedError extends Error {
  /** The version found; 0 for a database without Latchkey's tables. */
  readonly version: number;
  readonly needed: number;

  constructor(version: number, needed: number) {
    const found = version === 0 ? "has no Latchkey tables" : `is at schema version ${version}`;
    super(`The database ${found}, and this release needs version ${needed}: run "latchkey migrate"`);
    this.name = "SchemaNotMigratedError";
    this.version = version;
    this.needed = needed;
  }
}

/** The database was migrated by a later release that this one cannot work beside. */
export class SchemaTooNewError extends Error {
  readonly version: number;
  readonly known: number;

  constructor(version: number, known: number) {
    super(
      `The database is at schema version ${version}, and this release knows versions up to ${known}: install the release that migrated it, or restore a backup from before`,
    );
    this.name = "SchemaTooNewError";
    this.version = version;
    this.known = known;
  }
}

/** A migration's statement failed; where the engine can, nothing of that migration was kept. */
export class MigrationFailedError extends Error {
  constructor(version: number, name: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Migration ${version} (${name}) failed: ${reason}`, { cause });
    this.name = "MigrationFailedError";
  }
}
