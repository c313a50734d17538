// The SQL of each released migration on each engine, word for word: a change of it here is a change of what databases have already run.
import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
} from "kysely";
import { expect, test } from "vitest";
import { mariadbProfile, mysqlProfile } from "../dialects/mysql/profile.ts";
import { postgresProfile } from "../dialects/postgres/profile.ts";
import { sqliteProfile } from "../dialects/sqlite/profile.ts";
import type { LatchkeyTables } from "../kernel/tables.ts";
import { allMigrations, latestSchemaVersion } from "./all-migrations.ts";

const createDriver = (): DummyDriver => new DummyDriver();
const sqlite: Dialect = {
  createDriver,
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (kysely) => new SqliteIntrospector(kysely),
};
const postgres: Dialect = {
  createDriver,
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (kysely) => new PostgresIntrospector(kysely),
};
const mysql: Dialect = {
  createDriver,
  createAdapter: () => new MysqlAdapter(),
  createQueryCompiler: () => new MysqlQueryCompiler(),
  createIntrospector: (kysely) => new MysqlIntrospector(kysely),
};

test.each([
  [sqliteProfile, sqlite],
  [postgresProfile, postgres],
  [mysqlProfile, mysql],
  [mariadbProfile, mysql],
])("$name", async (profile, dialect) => {
  const kysely = new Kysely<LatchkeyTables>({ dialect });
  expect(Object.keys(allMigrations)).toHaveLength(latestSchemaVersion);
  for (const [version, { name, statements }] of Object.entries(allMigrations)) {
    const number = version.padStart(4, "0");
    const compiled = statements({ kysely, profile }).map((statement) => statement.compile());
    // A plan prints the text alone, so nothing may stand beside it.
    expect(compiled.flatMap(({ parameters }) => parameters)).toEqual([]);
    const text = compiled.map((statement) => `${statement.sql};\n`).join("");
    await expect(text).toMatchFileSnapshot(`golden/${profile.name}-${number}-${name}.sql`);
  }
});
