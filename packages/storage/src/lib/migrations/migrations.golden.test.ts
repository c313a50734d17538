// The SQL of each released migration, word for word: a change of it here is a change of what databases have already run.
import { afterAll, expect, test } from "vitest";
import { openSqliteStorage } from "../dialects/sqlite/open-storage.ts";
import { allMigrations, latestSchemaVersion } from "./all-migrations.ts";

const opened = await openSqliteStorage({ file: ":memory:" });
afterAll(() => opened.storage.close());

test("SQLite", async () => {
  const { migrations } = await opened.planMigrations();
  expect(migrations.map(({ version }) => version)).toEqual(Object.keys(allMigrations).map(Number));
  expect(latestSchemaVersion).toBe(migrations.length);
  for (const { version, name, statements } of migrations) {
    const number = String(version).padStart(4, "0");
    const text = statements.map((statement) => `${statement};\n`).join("");
    await expect(text).toMatchFileSnapshot(`golden/sqlite-${number}-${name}.sql`);
  }
});
