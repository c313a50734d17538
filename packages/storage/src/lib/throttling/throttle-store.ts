// The throttles' part of the storage port over Kysely. A tally is held by its row's lock, so units that count the same key wait for one another.
// Must not know what is counted, nor how much is allowed.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { Tally, TallyPlace, ThrottleReader, ThrottleStore } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import type { Session } from "../kernel/session.ts";
import type { ThrottleTable } from "../kernel/tables.ts";

type Row = Selectable<ThrottleTable>;

/** The statements on tallies, compiled once. */
export interface ThrottleQueries {
  readonly find: PreparedQuery<TallyPlace, Row>;
  readonly lock: PreparedQuery<TallyPlace, Row>;
  readonly insert: PreparedQuery<Row, unknown>;
  readonly replace: PreparedQuery<Row, unknown>;
  readonly expired: PreparedQuery<{ before: number; limit: number }, TallyPlace>;
  readonly remove: PreparedQuery<TallyPlace & { before: number }, unknown>;
}

const columns = ["realm", "key", "count", "ready_at", "expires_at"] as const;
/** A purge may take the row between two statements, but not again and again. */
const mostLooks = 5;

/** Compiles the statements on tallies. */
export function createThrottleQueries({ kysely, profile }: Database): ThrottleQueries {
  const found = (arg: Argument<TallyPlace>) =>
    kysely.selectFrom("throttles").select(columns).where("realm", "=", arg("realm")).where("key", "=", arg("key"));
  return {
    find: prepare((arg: Argument<TallyPlace>) => found(arg)),
    lock: prepare((arg: Argument<TallyPlace>) => profile.lockRows(found(arg))),
    insert: prepare((arg: Argument<Row>) =>
      profile.skipTaken(kysely.insertInto("throttles").values(each(arg, columns))),
    ),
    replace: prepare((arg: Argument<Row>) =>
      kysely
        .updateTable("throttles")
        .set(each(arg, ["count", "ready_at", "expires_at"]))
        .where("realm", "=", arg("realm"))
        .where("key", "=", arg("key")),
    ),
    expired: prepare((arg: Argument<{ before: number; limit: number }>) =>
      kysely
        .selectFrom("throttles")
        .select(["realm", "key"])
        .where("expires_at", "<", arg("before"))
        .orderBy("expires_at")
        .limit(arg("limit")),
    ),
    remove: prepare((arg: Argument<TallyPlace & { before: number }>) =>
      kysely
        .deleteFrom("throttles")
        .where("realm", "=", arg("realm"))
        .where("key", "=", arg("key"))
        .where("expires_at", "<", arg("before")),
    ),
  };
}

/** Reads of tallies in a session. */
export function createThrottleReader(queries: ThrottleQueries, session: Session): ThrottleReader {
  return {
    async find({ realm, key }) {
      const row = await queries.find.first(session, { realm, key });
      return row && tallyOf(row);
    },
  };
}

/** The tallies inside a unit. */
export function createThrottleStore(queries: ThrottleQueries, session: Session): ThrottleStore {
  return {
    ...createThrottleReader(queries, session),
    async hold({ realm, key }) {
      for (let look = 0; look < mostLooks; look++) {
        const row = await queries.lock.first(session, { realm, key });
        if (row !== undefined) return tallyOf(row);
        await queries.insert.affected(session, { realm, key, count: 0, ready_at: 0, expires_at: 0 });
      }
      throw new StoreUnavailableError("A tally was purged again and again while it was to be held");
    },
    async put({ realm, key, count, readyAt, expiresAt }) {
      await queries.replace.affected(session, { realm, key, count, ready_at: readyAt, expires_at: expiresAt });
    },
    async purge({ before, limit }) {
      let purged = 0;
      for (const { realm, key } of await queries.expired.rows(session, { before, limit }))
        purged += await queries.remove.affected(session, { realm, key, before });
      return purged;
    },
  };
}

function tallyOf(row: Row): Tally {
  return { realm: row.realm, key: row.key, count: row.count, readyAt: row.ready_at, expiresAt: row.expires_at };
}
