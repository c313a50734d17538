// A statement after its first execution on a connection, when its columns are no longer asked for: the same rows, counts and faults.
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { prepare, type Argument, type PreparedQuery } from "../../kernel/prepared-query.ts";
import type { Session } from "../../kernel/session.ts";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import { openTcpProxy } from "../../testing/tcp-proxy.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { openPostgresStorage } from "./open-storage.ts";

const { missing } = postgresServer;
const executions = [1, 2, 3];

async function opened() {
  const { url, run } = await postgresServer.create();
  await run("create table things (name text primary key, size bigint, bytes bytea, small int)");
  return { run, ...(await openedAt(url)) };
}

async function openedAt(url: string) {
  const { kysely, storage } = await openPostgresStorage({ url, maxConnections: 1 });
  onTestFinished(() => storage.close());
  const session: Session = { run: (query) => kysely.executeQuery(query) };
  const prepared = <Values extends object, Row>(text: (arg: Argument<Values>) => ReturnType<typeof sql<Row>>) =>
    prepare<Values, Row>((arg) => ({ compile: () => text(arg).compile(kysely) }));
  return { url, kysely, session, prepared };
}

interface Thing {
  readonly name: string;
  readonly size: number | null;
  readonly bytes: Uint8Array | null;
}

type Insert = PreparedQuery<Thing, Thing>;

describe.skipIf(missing)(`PostgreSQL ${missing ?? ""}`, () => {
  test("rows, nulls, bytes and counts are those of the first execution", async () => {
    const { session, prepared } = await opened();
    const insert: Insert = prepared(
      (arg) => sql`insert into things values (${arg("name")}, ${arg("size")}, ${arg("bytes")}, 7) returning *`,
    );
    const find = prepared<Pick<Thing, "name">, Thing>((arg) => sql`select * from things where name >= ${arg("name")}`);
    const change = prepared<Pick<Thing, "size">, never>((arg) => sql`update things set size = ${arg("size")}`);
    for (const execution of executions) {
      const full = { name: `å😀${execution}`, size: -(2 ** 53 - 1), bytes: Buffer.from([0, 255, execution]) };
      expect(await insert.rows(session, full)).toEqual([{ ...full, small: 7 }]);
      const empty = { name: `${execution}`, size: null, bytes: null };
      expect(await insert.rows(session, { ...empty, bytes: new Uint8Array([execution]) })).toEqual([
        { ...empty, bytes: Buffer.from([execution]), small: 7 },
      ]);
      expect(await find.rows(session, { name: "å" })).toHaveLength(execution);
      expect(await find.rows(session, { name: "😀😀" })).toEqual([]);
      expect(await change.affected(session, { size: -(2 ** 53 - 1) })).toBe(2 * execution);
    }
  });

  test("a fault of the server leaves the connection usable", async () => {
    const { session, prepared } = await opened();
    const insert: Insert = prepared((arg) => sql`insert into things values (${arg("name")}, ${arg("size")})`);
    const values = { name: "one", size: 1, bytes: null };
    expect(await insert.affected(session, values)).toBe(1);
    for (const _ of executions) {
      await expect(insert.affected(session, values)).rejects.toMatchObject({ code: "23505" });
    }
    expect(await insert.affected(session, { ...values, name: "two" })).toBe(1);
  });

  test("an integer that a number does not hold is an error, and the next row is read", async () => {
    const { run, session, prepared } = await opened();
    const find = prepared<Pick<Thing, "name">, Thing>(
      (arg) => sql`select size from things where name = ${arg("name")}`,
    );
    await run("insert into things values ('large', 9007199254740993), ('small', 1)");
    for (const _ of executions) {
      expect(await find.rows(session, { name: "small" })).toEqual([{ size: 1 }]);
      await expect(find.rows(session, { name: "large" })).rejects.toBeInstanceOf(UnstorableValueError);
    }
  });

  test("a statement whose columns change is refused and never misread", async () => {
    const { run, session, prepared } = await opened();
    const find = prepared<Pick<Thing, "name">, Thing>((arg) => sql`select * from things where name = ${arg("name")}`);
    await run("insert into things values ('one', 1)");
    for (const _ of executions) expect(await find.rows(session, { name: "one" })).toHaveLength(1);
    await run("alter table things drop column bytes");
    await expect(find.rows(session, { name: "one" })).rejects.toThrow(/cached plan must not change result type/);
  });

  test("its columns are asked for once on each connection", async () => {
    const { url } = await opened();
    const proxy = await openTcpProxy(url);
    onTestFinished(() => proxy.close());
    const { session, prepared } = await openedAt(proxy.url);
    const find = prepared<{ number: number }, unknown>((arg) => sql`select ${arg("number")}::bigint as number`);
    let [executed, described] = [0, 0];
    void proxy.cutAnswerTo((request) => {
      if (request.includes("latchkey_")) executed += 1;
      if (request.includes("D\0\0\0\u0006P\0")) described += 1;
      return false;
    });
    for (const number of executions) expect(await find.rows(session, { number })).toEqual([{ number }]);
    expect([executed, described]).toEqual([3, 1]);
  });

  test("BEGIN goes with a unit's first statement, and a unit without one sends nothing", async () => {
    const { url } = await opened();
    const proxy = await openTcpProxy(url);
    onTestFinished(() => proxy.close());
    const { kysely, session, prepared } = await openedAt(proxy.url);
    const insert: Insert = prepared((arg) => sql`insert into things values (${arg("name")}, 1)`);
    const find = prepared<object, unknown>(() => sql`select name from things order by name`);
    let requests: string[] = [];
    void proxy.cutAnswerTo((request) => {
      const words = request
        .toString("latin1")
        .matchAll(/latchkey_begin|latchkey_|begin|commit|rollback|insert|select/g);
      requests.push(Array.from(words, ([word]) => (word === "latchkey_" ? "statement" : word)).join(", "));
      return false;
    });
    const unit = (names: readonly string[]) =>
      kysely.transaction().execute(async (transaction) => {
        const inside: Session = { run: (query) => transaction.executeQuery(query) };
        for (const name of names) await insert.affected(inside, { name, size: null, bytes: null });
      });
    await unit(["one"]);
    requests = [];
    await unit(["two", "three"]);
    expect(requests).toEqual(["latchkey_begin, statement", "statement", "commit"]);
    requests = [];
    await unit([]);
    expect(requests).toEqual([]);
    await expect(unit(["one", "four"])).rejects.toMatchObject({ code: "23505" });
    await expect(unit(["four", "one"])).rejects.toMatchObject({ code: "23505" });
    expect(requests).toEqual([
      "latchkey_begin, statement",
      "rollback",
      "latchkey_begin, statement",
      "statement",
      "rollback",
    ]);
    const unprepared = kysely
      .transaction()
      .execute((transaction) => sql`insert into things values ('five', 1)`.execute(transaction));
    await unprepared;
    expect(requests.slice(5)).toEqual(["latchkey_begin", "insert", "commit"]);
    expect(await find.rows(session, {})).toEqual(["five", "one", "three", "two"].map((name) => ({ name })));
  });
});
