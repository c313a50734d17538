// Gapless numbers: a feed's head is one row, raised as the last write of a unit, so that commit order is number order. An autoincrement column promises neither.
// Knows the names of the feeds, not what is in them.
import type { Database } from "./dialect-profile.ts";
import { prepare, type Argument, type PreparedQuery } from "./prepared-query.ts";
import type { DirectSession, Session } from "./session.ts";
import { MalformedRowError } from "./storage-error.ts";

/** The feeds that are numbered. */
export type FeedName = "revocations" | "events";

interface RaiseValues {
  readonly name: FeedName;
  readonly count: number;
}

/** Reads and raises the heads. */
export interface FeedHeads {
  /** The newest number given; 0 before the first. */
  current(session: Session, feed: FeedName): Promise<number>;
  /** Takes `count` numbers, to be called last in a unit: the row stays locked until it ends. Returns the first. */
  take(session: Session, feed: FeedName, count: number): Promise<number>;
  /** The same where the session answers at once. */
  takeDirectly(session: DirectSession, feed: FeedName, count: number): number;
}

/** Compiles the queries of the heads. */
export function createFeedHeads({ kysely, profile }: Database): FeedHeads {
  const raising = (arg: Argument<RaiseValues>) =>
    kysely
      .updateTable("feed_heads")
      .set((eb) => ({ seq: eb("seq", "+", arg("count")) }))
      .where("name", "=", arg("name"));
  const raise: PreparedQuery<RaiseValues, unknown> = prepare(raising);
  // Where an UPDATE returns rows, its answer saves a round trip in which everybody else waits for the row.
  const raiseReturning =
    profile.rotation === "returning"
      ? prepare((arg: Argument<RaiseValues>) => raising(arg).returning("seq"))
      : undefined;
  const head = prepare((arg: Argument<{ name: FeedName }>) =>
    kysely.selectFrom("feed_heads").select("seq").where("name", "=", arg("name")),
  );
  const newest = (row: { readonly seq: number } | undefined, feed: FeedName): number => {
    if (row === undefined) throw new MalformedRowError("feed_heads", "name", `present for ${feed}`);
    return row.seq;
  };
  const current: FeedHeads["current"] = async (session, feed) =>
    newest(await head.first(session, { name: feed }), feed);
  return {
    current,
    take: async (session, feed, count) => {
      const values = { name: feed, count };
      if (raiseReturning !== undefined) return newest(await raiseReturning.first(session, values), feed) - count + 1;
      await raise.affected(session, values);
      return (await current(session, feed)) - count + 1;
    },
    takeDirectly(session, feed, count) {
      session.run(raise.bind({ name: feed, count }));
      return newest(session.run(head.bind({ name: feed })).rows[0], feed) - count + 1;
    },
  };
}
