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

const engines = [
  [sqliteProfile, sqlite],
  [postgresProfile, postgres],
  [mysqlProfile, mysql],
  [mariadbProfile, mysql],
] as const;

// What releases before do not notice: they insert rows without the new columns, and know nothing of new keys.
const additions = [
  /^create table /,
  /^create index /,
  // Of those only that are not unique: they decide how long an answer takes, not what it is.
  /^drop index "?token_families_by_(account|revocation)"?$/,
  /^drop index `token_families_by_(account|revocation)` on `token_families`$/,
  /^insert into /,
  /^alter table \S+ add column (?!.*\bnot null\b)/,
  /^alter table \S+ add column .*\bdefault\b/,
];

/** The statements that the releases before could trip over. */
function notOnlyAdding(statements: readonly string[]): readonly string[] {
  const tablesNamedBy = (form: RegExp): readonly string[] => statements.flatMap((sql) => form.exec(sql)?.[1] ?? []);
  const made = new Set(tablesNamedBy(/^create table (\S+)/));
  return statements.filter((sql) => {
    const table = /^create unique index \S+ on (\S+)/.exec(sql)?.[1];
    return !(table !== undefined && made.has(table)) && !additions.some((form) => form.test(sql));
  });
}

test("OP-01: a migration that says that earlier releases run on its schema only adds", () => {
  for (const [profile, dialect] of engines) {
    const kysely = new Kysely<LatchkeyTables>({ dialect });
    for (const [version, { readableFrom, statements }] of Object.entries(allMigrations)) {
      const texts = statements({ kysely, profile }).map((statement) => statement.compile().sql);
      if (readableFrom < Number(version)) expect(notOnlyAdding(texts), `${profile.name} ${version}`).toEqual([]);
    }
  }
  const breaking = [
    "drop table accounts",
    'alter table "accounts" add column "region" text not null',
    'alter table "accounts" drop column "roles"',
    'create unique index "by_roles" on "accounts" ("roles")',
    "update accounts set roles = ''",
    "delete from events",
  ];
  const adding = [
    'create table "more" ("id" text)',
    'create unique index "more_by_id" on "more" ("id")',
    'create index "accounts_by_age" on "accounts" ("age")',
    'alter table "accounts" add column "age" integer',
    "alter table `accounts` add column `age` integer default 0 not null",
    "alter table `accounts` add column `age` integer not null default 0",
  ];
  expect(notOnlyAdding([...breaking, ...adding])).toEqual(breaking);
});

test.each(engines)("$name", async (profile, dialect) => {
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
