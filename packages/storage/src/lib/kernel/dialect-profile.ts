// What differs between database engines, as one type that each dialect fills in. Stores ask the profile and never the engine's name.
// A difference that is not here may not be in a store.
import type {
  AliasableExpression,
  Compilable,
  CompiledQuery,
  CreateTableBuilder,
  Expression,
  InsertQueryBuilder,
  SqlBool,
} from "kysely";
import type { LatchkeyKysely, LatchkeyTables } from "./tables.ts";

/** A column type as Kysely's `addColumn` takes it. */
export type ColumnType = Parameters<CreateTableBuilder<string>["addColumn"]>[1];

/** Column types by purpose. */
export interface ColumnTypes {
  /** 64-bit integers: times, numbers, sequence numbers. */
  readonly integer: ColumnType;
  /** Text that is part of a key, at most `maxLength` code points, compared byte by byte. */
  key(maxLength: number): ColumnType;
  /** Text of any length, JSON too. */
  readonly text: ColumnType;
  /** The 11 bytes of a family id. */
  readonly familyId: ColumnType;
}

/**
 * `unique`: a row with that key exists. `retryable`: the same unit may succeed when it runs again. `unavailable`: the engine cannot serve. `undefined`: none of them;
 * the error is the application's own or a defect.
 */
export type FaultClass = "unique" | "retryable" | "unavailable" | undefined;

/**
 * How a rotation is decided. `unit`: a SELECT, then a conditional UPDATE of what was read, in one unit, which has the database to itself. `returning`: an UPDATE that is a unit of
 * its own and returns what it wrote, the account beside it; only losers ask again. `optimistic`: a SELECT of committed state, then an UPDATE of its own that also demands what was read.
 */
export type RotationWay = "unit" | "returning" | "optimistic";

/** Names one statement of a migration. */
export interface MigrationStep {
  readonly version: number;
  /** From 0. */
  readonly index: number;
}

/** The differences of one engine. Holds no connection. */
export interface DialectProfile {
  /** As in the entry's name: `sqlite`. */
  readonly name: string;
  readonly types: ColumnTypes;
  /** Storage options of a table: `clustered` where rows live in the primary key's tree. */
  finishTable<Table extends string, Columns extends string>(
    table: CreateTableBuilder<Table, Columns>,
    options: { readonly clustered: boolean },
  ): CreateTableBuilder<Table, Columns>;
  /** Drops an index, whose name some engines know of its table only. */
  dropIndex(kysely: LatchkeyKysely, name: string, table: keyof LatchkeyTables): Compilable;
  readonly rotation: RotationWay;
  /** Whether the engine's text columns can hold `text` as it is. */
  canHold(text: string): boolean;
  /** What kind of fault an error of the engine is. */
  classify(error: unknown): FaultClass;
  /** Makes an insertion leave existing rows alone: 0 affected rows where a unique key is taken, and the unit goes on. */
  skipTaken<Table extends keyof LatchkeyTables, Output>(
    insert: InsertQueryBuilder<LatchkeyTables, Table, Output>,
  ): InsertQueryBuilder<LatchkeyTables, Table, Output>;
  /** Locks the selected rows until the unit ends. */
  lockRows<Query extends RowLockable>(select: Query): Query;
  /** Whether a row, by its columns `realm` and `id`, is one of a realm's; written such that the engine looks each one up by its key. */
  isOneOf(realm: string, ids: readonly Uint8Array[]): Expression<SqlBool>;
  /** Whether `column` contains `text`, which is lower-case as far as ASCII goes, letter case aside for ASCII; no character of `text` is special. */
  contains(column: Expression<string>, text: Expression<string>): Expression<SqlBool>;
  /** The bytes of `column` as lower-case hexadecimal digits: of many rows, texts are read in half the time of bytes and leave less behind. */
  hex(column: Expression<Uint8Array | null>): AliasableExpression<string | null>;
  /** Milliseconds to wait before a unit is tried again for the n-th time, from 1. */
  retryDelayMilliseconds(attempt: number): number;
  /** Runs `work` while no other process can change the schema; what it did is kept or undone as a whole where the engine can. */
  migrateExclusively<T>(kysely: LatchkeyKysely, work: (kysely: LatchkeyKysely) => Promise<T>): Promise<T>;
  /** Runs one statement of a migration inside {@link migrateExclusively}; where each one commits by itself, such that a killed migration can be run again from its beginning. */
  migrationStep(kysely: LatchkeyKysely, step: MigrationStep, statement: Compilable): Promise<void>;
  /** A statement that tells listening processes to read the feed now, run in the unit that adds to it; `undefined` where the engine has no such. */
  hint(kysely: LatchkeyKysely): CompiledQuery<unknown> | undefined;
}

/** A SELECT that can lock its rows. */
export interface RowLockable {
  /** Adds `for update`. */
  forUpdate(): this;
}

/** An open database: a Kysely and the profile of its engine. */
export interface Database {
  readonly kysely: LatchkeyKysely;
  readonly profile: DialectProfile;
}
