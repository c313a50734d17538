// What SQLite's codes mean: attack class 12, a database fault must not look like a caller's mistake.
import { expect, test } from "vitest";
import { asStoreFault } from "../../kernel/session.ts";
import { sqliteError } from "../../testing/faulty-database.ts";
import { sqliteProfile } from "./profile.ts";
import { GroupRolledBackError } from "./sqlite-faults.ts";

test.each([
  ["SQLITE_CONSTRAINT_UNIQUE", "unique"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "unique"],
  ["SQLITE_CONSTRAINT_NOTNULL", undefined],
  ["SQLITE_BUSY", "retryable"],
  ["SQLITE_BUSY_SNAPSHOT", "retryable"],
  ["SQLITE_LOCKED", "retryable"],
  ["SQLITE_FULL", "unavailable"],
  ["SQLITE_IOERR_WRITE", "unavailable"],
  ["SQLITE_CORRUPT_INDEX", "unavailable"],
  ["SQLITE_READONLY_DBMOVED", "unavailable"],
  ["SQLITE_CANTOPEN", "unavailable"],
  ["SQLITE_NOTADB", "unavailable"],
  ["SQLITE_ERROR", undefined],
  ["EACCES", undefined],
] as const)("%s is %s", (code, expected) => {
  expect(sqliteProfile.classify(sqliteError(code))).toBe(expected);
});

test("a unit that its neighbour broke may run again", () => {
  expect(sqliteProfile.classify(new GroupRolledBackError(sqliteError("SQLITE_FULL")))).toBe("retryable");
});

test("faults of the machinery are named, with their cause; errors of others pass unchanged", () => {
  const fault = sqliteError("SQLITE_IOERR_READ");
  expect(asStoreFault(sqliteProfile, fault)).toMatchObject({ name: "StoreUnavailableError", cause: fault });
  const own = new TypeError("of the application");
  expect(asStoreFault(sqliteProfile, own)).toBe(own);
});
