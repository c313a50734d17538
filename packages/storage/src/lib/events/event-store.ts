// The events' part of the storage port over Kysely: audit records, numbered as the unit's last statements.
// Must not decide what is worth an event.
import type { EventReader, EventStore, NewEvent } from "@latchkey/core/ports";
import type { CompiledQuery } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { createFeedHeads, type FeedHeads } from "../kernel/feed-head.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import type { DirectSession, Session } from "../kernel/session.ts";
import type { LatchkeyKysely } from "../kernel/tables.ts";
import { UnitBuffer } from "../kernel/unit-buffer.ts";
import { eventColumns, eventOf, eventRow, type EventRow } from "./event-rows.ts";

/** The statements on events, compiled once. */
export interface EventQueries {
  readonly heads: FeedHeads;
  readonly insert: PreparedQuery<EventRow, unknown>;
  readonly first: PreparedQuery<{ realm: string; limit: number }, Pick<EventRow, "seq" | "at">>;
  list(query: Parameters<EventReader["list"]>[0]): CompiledQuery<EventRow>;
  deleteThese(seqs: readonly number[]): CompiledQuery<unknown>;
}

/** The events of a unit, and what is left to do before its commit. */
export interface BufferedEventStore extends EventStore {
  /** Numbers and writes what was appended; afterwards nothing more can be appended. */
  flush(): Promise<void>;
  /** Refuses more, with the unit. */
  end(): void;
}

/** Compiles the statements on events. */
export function createEventQueries(database: Database): EventQueries {
  const { kysely } = database;
  return {
    heads: createFeedHeads(database),
    insert: prepare((arg: Argument<EventRow>) => kysely.insertInto("events").values(each(arg, eventColumns))),
    // By number, not by time: one look at the realm's oldest events, however many others have that must stay longer.
    first: prepare((arg: Argument<{ realm: string; limit: number }>) =>
      kysely
        .selectFrom("events")
        .select(["seq", "at"])
        .where("realm", "=", arg("realm"))
        .orderBy("seq")
        .limit(arg("limit")),
    ),
    list({ realm, type, accountId, from, until, before, limit }) {
      let select = kysely.selectFrom("events").select(eventColumns).where("realm", "=", realm);
      if (type !== undefined) select = select.where("type", "=", type);
      if (accountId !== undefined) select = select.where("account_id", "=", accountId);
      if (from !== undefined) select = select.where("at", ">=", from).where("seq", ">=", firstNumber(kysely, from));
      if (until !== undefined) select = select.where("at", "<", until).where("seq", "<=", lastNumber(kysely, until));
      if (before !== undefined) select = select.where("seq", "<", before);
      return select.orderBy("seq", "desc").limit(limit).compile();
    },
    deleteThese: (seqs) => kysely.deleteFrom("events").where("seq", "in", seqs).compile(),
  };
}

// Numbers follow time but for the moment between clock and commit and the differences of clocks. The window is wider than both, and the
// hundred events at its edge keep one with a wrong clock from moving it; so a list for an hour reads that hour and not the whole table.
const window = { milliseconds: 3_600_000, events: 100 } as const;

function firstNumber(kysely: LatchkeyKysely, from: number) {
  const edge = kysely
    .selectFrom("events")
    .select("seq")
    .where("at", ">=", from - window.milliseconds)
    .orderBy("at")
    .limit(window.events);
  return kysely.selectFrom(edge.as("edge")).select(({ fn }) => fn.min("edge.seq").as("seq"));
}

function lastNumber(kysely: LatchkeyKysely, until: number) {
  const edge = kysely
    .selectFrom("events")
    .select("seq")
    .where("at", "<", until + window.milliseconds)
    .orderBy("at", "desc")
    .limit(window.events);
  return kysely.selectFrom(edge.as("edge")).select(({ fn }) => fn.max("edge.seq").as("seq"));
}

/** Reads of events in a session. */
export function createEventReader(queries: EventQueries, session: Session): EventReader {
  return { list: async (query) => (await session.run(queries.list(query))).rows.map(eventOf) };
}

/** Numbers and writes the one event of a unit whose work awaits nothing. */
export function appendDirectly(queries: EventQueries, session: DirectSession, event: NewEvent): void {
  const seq = queries.heads.takeDirectly(session, "events", 1);
  session.run(queries.insert.bind(eventRow({ ...event, seq })));
}

/** The events inside a unit. */
export function createEventStore(queries: EventQueries, session: Session): BufferedEventStore {
  const buffer = new UnitBuffer<NewEvent>();
  return {
    ...createEventReader(queries, session),
    async append(event) {
      buffer.add([event]);
    },
    async purge({ realm, before, limit }) {
      const rows = (await queries.first.rows(session, { realm, limit })).filter(({ at }) => at < before);
      if (rows.length > 0) await session.run(queries.deleteThese(rows.map(({ seq }) => seq)));
      return rows.length;
    },
    end: () => void buffer.end(),
    async flush() {
      const appended = buffer.end();
      if (appended.length === 0) return;
      let seq = await queries.heads.take(session, "events", appended.length);
      for (const event of appended) {
        await queries.insert.affected(session, eventRow({ ...event, seq }));
        seq += 1;
      }
    },
  };
}
