import { expect, test } from "vitest";
import { suiteTable } from "./count-suites.ts";

test("counts the tests that passed, by suite and database", () => {
  const dialects = "packages/storage/src/lib/dialects";
  const tests = "apps/server/src/tests";
  const table = suiteTable([
    `passed ${dialects}/sqlite/sqlite.conformance.test.ts > sqlite, two connections on one lasting file > a`,
    `passed ${dialects}/sqlite/sqlite.conformance.test.ts > sqlite, a new file each time > a`,
    `passed ${dialects}/postgres/postgres.conformance.test.ts > postgres, two pools > a`,
    `passed ${dialects}/postgres/pglite.conformance.test.ts > PGlite > a`,
    `failed ${dialects}/mysql/mysql.conformance.test.ts > mysql, two pools > a`,
    `passed ${dialects}/server/server-faults.test.ts > mysql > faults > a`,
    `passed ${dialects}/postgres/plans.test.ts > a look-up`,
    `passed ${tests}/crash.integration.test.ts > kill -9 > a`,
    `passed ${tests}/purge.integration.test.ts > MariaDB > a`,
    "passed packages/core/src/lib/x.test.ts > postgres > a",
  ]);
  const counts = table
    .split("\n")
    .slice(2)
    .map((row) => row.split(" | ").slice(1).join(" "));
  expect(counts).toEqual(["1 1 – |", "– 1 1 |", "1 – – |", "– – – |", "– – 1 |"]);
});
