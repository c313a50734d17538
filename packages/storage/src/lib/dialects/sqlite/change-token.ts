// Whether another process has committed (`PRAGMA data_version`), looked up no more often than anybody could tell.
// Must not know what is kept for as long as nobody has.
import { asStoreFault } from "../../kernel/session.ts";
import { sqliteProfile } from "./profile.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/**
 * For so long a look is one of now, in milliseconds: no answer of another process reaches a client and comes back as a request in less.
 * That is a matter of physics, so it is measured on the machine's clock.
 */
const isOfNow = 0.025;
/** For so long, at most, a look serves the requests of a poll, in milliseconds: what the poll does not say for certain (pipelining, a thousand sockets at once) is off by no more. */
const isOfPoll = 1;

/** A number that is another one when another process has committed. */
export class ChangeToken {
  readonly #look: () => number;
  #token = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #poll: "none" | "begun" | "looked" = "none";

  constructor(look: () => number) {
    this.#look = look;
  }

  /** The number as of now, or as of the poll that is under way. @throws StoreUnavailableError */
  readonly current = (): number => {
    const now = performance.now();
    if (this.#poll !== "begun" && now - this.#lookedAt < (this.#poll === "looked" ? isOfPoll : isOfNow)) {
      return this.#token;
    }
    this.#token = this.#look();
    this.#lookedAt = now;
    if (this.#poll === "begun") this.#poll = "looked";
    return this.#token;
  };

  /** From now until {@link endPoll} one look serves everybody who asks. See `OpenedStorage.polls`. */
  readonly beginPoll = (): void => {
    this.#poll = "begun";
  };

  /** Everybody is served by looks of their own again. */
  readonly endPoll = (): void => {
    this.#poll = "none";
  };
}

/** The change token of a file, on the writer's handle: SQLite counts the commits of *other* connections, here those of other processes and not our own. */
export function changeTokenOf(writer: SqliteDatabase): ChangeToken {
  const statement = writer.prepare("pragma data_version").pluck();
  return new ChangeToken(() => {
    try {
      return statement.get() as number;
    } catch (error) {
      throw asStoreFault(sqliteProfile, error);
    }
  });
}
