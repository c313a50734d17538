// The group commit's promises for units that await nothing: some of them have no savepoint to go back to.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { CompiledQuery } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import type { DirectSession } from "../../kernel/session.ts";
import { NestedUnitError, UnitEndedError } from "../../kernel/storage-error.ts";
import { faultyDatabase, sqliteError, type Fault, type FaultyDatabase } from "../../testing/faulty-database.ts";
import { openMigratedStorage } from "../../testing/open-migrated-storage.ts";
import { familyId } from "../../testing/samples.ts";
import { GroupCommitDriver } from "./driver.ts";
import { openHandles } from "./open-handles.ts";
import { sqliteDefaults } from "./open-storage.ts";
import { GroupRolledBackError } from "./sqlite-faults.ts";

interface Opened {
  readonly driver: GroupCommitDriver;
  readonly writer: FaultyDatabase;
  setFault(fault: Fault): void;
  /** What is committed. */
  kept(): Promise<readonly number[]>;
}

async function opened(): Promise<Opened> {
  const handles = await openHandles({ file: ":memory:" }, sqliteDefaults);
  handles.writer.prepare("create table t (id integer primary key) strict").run([]);
  let current: Fault = () => undefined;
  const writer = faultyDatabase(handles.writer, (sql) => current(sql));
  const driver = new GroupCommitDriver({ ...handles, writer }, sqliteDefaults);
  onTestFinished(() => driver.destroy());
  return {
    driver,
    writer,
    setFault: (fault) => void (current = fault),
    async kept() {
      const { rows } = await driver.read<{ id: number }>(CompiledQuery.raw("select id from t order by id"));
      return rows.map(({ id }) => id);
    },
  };
}

const add = (session: DirectSession, id: number): number => {
  session.run(CompiledQuery.raw("insert into t values (?)", [id]));
  return id;
};
const failing = (session: DirectSession): never => {
  add(session, 99);
  throw new Error("its own");
};

test("units of both kinds share one commit, in the order in which they were asked for, and none is answered before it", async () => {
  const { driver, writer, setFault, kept } = await opened();
  const answered: number[] = [];
  let answeredAtCommit = -1;
  setFault((sql) => {
    if (sql === "commit") answeredAtCommit = answered.length;
    return undefined;
  });
  const note = (id: number): void => void answered.push(id);
  await Promise.all([
    driver.runDirectly((session) => add(session, 1), "last").then(note),
    driver.runUnit(async (connection) => add(connection, 2)).then(note),
    driver.runDirectly((session) => add(session, 3) + add(session, 4), "several").then(note),
  ]);
  expect(answeredAtCommit).toBe(0);
  expect(answered.toSorted((left, right) => left - right)).toEqual([1, 2, 7]);
  const insert = "insert into t values (?)";
  const saved = (...statements: string[]) => ["savepoint latchkey_unit", ...statements, "release latchkey_unit"];
  const expected = ["begin immediate", insert, ...saved(insert), ...saved(insert, insert), "commit"];
  expect(writer.ran.filter((sql) => !sql.startsWith("select"))).toEqual(expected);
  expect(await kept()).toEqual([1, 2, 3, 4]);
});

test("a unit that fails harms only itself, with a savepoint and without", async () => {
  const { driver, kept } = await opened();
  const results = await Promise.allSettled([
    driver.runDirectly((session) => add(session, 1), "last"),
    driver.runDirectly(failing, "several"),
    driver.runDirectly((session) => add(session, 1), "last"),
    driver.runDirectly(() => {
      throw new Error("before its write");
    }, "last"),
    driver.runUnit(async (connection) => add(connection, 2)),
    driver.runDirectly((session) => add(session, 3), "several"),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(results[2]).toMatchObject({ reason: { code: "SQLITE_CONSTRAINT_PRIMARYKEY" } });
  expect(await kept()).toEqual([1, 2, 3]);
});

test("nothing of a unit is kept that fails after the write that it called its last act; its neighbours run again", async () => {
  const { driver, writer, kept } = await opened();
  const results = await Promise.allSettled([
    driver.runDirectly((session) => add(session, 1), "last"),
    driver.runDirectly(failing, "last"),
    driver.runDirectly((session) => add(session, 2), "last"),
  ]);
  expect(results).toMatchObject([
    { reason: expect.any(GroupRolledBackError) },
    { reason: { message: "its own" } },
    { value: 2 },
  ]);
  expect(await kept()).toEqual([2]);
  const twice = driver.runDirectly((session) => add(session, 3) + add(session, 4), "last");
  await expect(twice).rejects.toBeInstanceOf(TypeError);
  expect(await kept()).toEqual([2]);
  expect(writer.inTransaction).toBe(false);
});

test.each(["last", "several"] as const)(
  "a fault that undoes the whole transaction is the faulty unit's alone (%s)",
  async (writes) => {
    const { driver, writer, setFault, kept } = await opened();
    let left = 1;
    setFault((sql) => {
      if (!sql.startsWith("insert") || left-- > 0) return undefined;
      setFault(() => undefined);
      writer.prepare("rollback").run([]); // as SQLite does by itself when the disk is full
      return sqliteError("SQLITE_FULL");
    });
    const results = await Promise.allSettled(
      [1, 2, 3].map((id) => driver.runDirectly((session) => add(session, id), id === 2 ? writes : "last")),
    );
    expect(results).toMatchObject([
      { reason: expect.any(GroupRolledBackError) },
      { reason: { code: "SQLITE_FULL" } },
      { value: 3 },
    ]);
    expect(await kept()).toEqual([3]);
  },
);

test("class 16: a failed COMMIT rejects units of both kinds and keeps nothing of them", async () => {
  const { driver, setFault, kept } = await opened();
  setFault((sql) => (sql === "commit" ? sqliteError("SQLITE_FULL") : undefined));
  const results = await Promise.allSettled([
    driver.runDirectly((session) => add(session, 1), "last"),
    driver.runUnit(async (connection) => add(connection, 2)),
    driver.runDirectly((session) => add(session, 3), "several"),
  ]);
  expect(results).toMatchObject(Array.from({ length: 3 }, () => ({ reason: expect.any(StoreUnavailableError) })));
  expect(await kept()).toEqual([]);
});

test("a session is refused when its unit is over", async () => {
  const { driver, kept } = await opened();
  const session = await driver.runDirectly((own) => own, "last");
  expect(() => add(session, 1)).toThrow(UnitEndedError);
  expect(await kept()).toEqual([]);
});

test("a rotation inside a unit is refused", async () => {
  const { storage } = await openMigratedStorage(":memory:");
  onTestFinished(() => storage.close());
  const rotation = { realm: "main", familyId: familyId(1), generation: 0, now: 1, idleExpiresAt: 2 };
  await expect(storage.transact(() => storage.families.rotate(rotation))).rejects.toBeInstanceOf(NestedUnitError);
  expect(await storage.families.rotate(rotation)).toMatchObject({ won: false });
});
