// What migrations say of tables and indexes in every dialect. Released migrations are made of it, so what it makes never changes.
import type { Compilable } from "kysely";
import type { ColumnTypes, Database } from "../kernel/dialect-profile.ts";
import type { LatchkeyTables } from "../kernel/tables.ts";

type CreateTable = ReturnType<Database["kysely"]["schema"]["createTable"]>;

/** Code points of a realm's name. */
export const realmLength = 64;
/** Characters of an account's id. */
export const accountIdLength = 22;

/** Tables and indexes in the engine's dialect. */
export function tables({ kysely, profile }: Database): {
  readonly types: ColumnTypes;
  create(name: keyof LatchkeyTables): CreateTable;
  index(name: string, table: keyof LatchkeyTables, columns: readonly string[], isUnique?: boolean): Compilable;
  dropIndex(name: string, table: keyof LatchkeyTables): Compilable;
  /** Rows found by a short key and read whole live in the key's tree. */
  clustered(table: CreateTable): Compilable;
  /** Rows of some length, or numbered ones. */
  plain(table: CreateTable): Compilable;
} {
  return {
    types: profile.types,
    create: (name) => kysely.schema.createTable(name),
    index(name, table, columns, isUnique = false) {
      const index = kysely.schema
        .createIndex(name)
        .on(table)
        .columns([...columns]);
      return isUnique ? index.unique() : index;
    },
    dropIndex: (name, table) => profile.dropIndex(kysely, name, table),
    clustered: (table) => profile.finishTable(table, { clustered: true }),
    plain: (table) => profile.finishTable(table, { clustered: false }),
  };
}
