// Values that JavaScript and SQLite hold differently are refused, never rounded or replaced; and the cache has an end.
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import { StatementCache } from "./statement-cache.ts";

function cache(limit = 8): StatementCache {
  const database = new Database(":memory:");
  database.exec("create table t (whole integer, part real, text text) strict");
  database.exec("insert into t values (9007199254740993, 1e300, null), (9007199254740991, 0.5, 'x')");
  return new StatementCache(database, limit);
}

test("an integer beyond ±(2⁵³ − 1) throws when it is read, and the largest safe one is a number", () => {
  const statements = cache();
  expect(() => statements.get("select whole from t").execute([])).toThrow(UnstorableValueError);
  expect(statements.get("select whole from t where text = 'x'").execute([]).rows).toEqual([
    { whole: Number.MAX_SAFE_INTEGER },
  ]);
});

test("a floating-point column may hold what rounding leaves", () => {
  expect(cache().get("select part from t where part > 1").execute([]).rows).toEqual([{ part: 1e300 }]);
});

test("unsafe integers and text that is not well-formed are refused before they are stored", () => {
  const insert = cache().get("insert into t values (?, ?, ?)");
  expect(() => insert.execute([2 ** 53, 0, ""])).toThrow(UnstorableValueError);
  expect(() => insert.execute([0, 0, "half a pair: \ud83d"])).toThrow(UnstorableValueError);
  expect(insert.execute([0, 0.5, "a whole pair: \u{1f511}"]).numAffectedRows).toBe(1n);
});

test("counts are numbers", () => {
  expect(cache().get("select count(*) as n from t").execute([]).rows).toEqual([{ n: 2 }]);
});

test("the least recently used statements leave", () => {
  const statements = cache(2);
  const first = statements.get("select 1");
  statements.get("select 2");
  expect(statements.get("select 1")).toBe(first);
  statements.get("select 3");
  expect(statements.size).toBe(2);
  expect(statements.get("select 1")).toBe(first);
});
