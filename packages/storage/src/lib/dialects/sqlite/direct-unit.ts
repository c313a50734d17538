// A unit whose work awaits nothing: it runs in one go when its turn has come, and its one promise resolves after the COMMIT.
// Must not begin or end anything: it has its handle's statements for as long as its turn.
import type { CompiledQuery, QueryResult } from "kysely";
import { UnitEndedError } from "../../kernel/storage-error.ts";
import type { DirectSession, DirectWrites } from "../../kernel/session.ts";
import type { StatementCache } from "./statement-cache.ts";

/** A unit in the group commit that is never seen half done. */
export class DirectUnit<T = unknown> implements DirectSession {
  /** Since when it has waited for another process's lock, in milliseconds of a clock that is never set. */
  waitingSince: number | undefined;
  readonly writes: DirectWrites;
  readonly #work: (session: DirectSession) => T;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #statements: StatementCache | undefined;
  #hasWritten = false;
  #value: T | undefined;

  constructor(
    work: (session: DirectSession) => T,
    writes: DirectWrites,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#work = work;
    this.writes = writes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Whether something of it stands in the transaction. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** @throws UnitEndedError before and after its turn. @throws TypeError after the one write of a unit that has no savepoint to go back to. */
  run<Row>({ sql, parameters }: CompiledQuery<Row>): QueryResult<Row> {
    if (this.#statements === undefined) throw new UnitEndedError("its turn is over");
    if (this.#hasWritten && this.writes === "last") throw new TypeError("The unit said that its write is its last act");
    const statement = this.#statements.get(sql);
    const result = statement.execute<Row>(parameters);
    if (!statement.isReadOnly) this.#hasWritten = true;
    return result;
  }

  /** Does the work; its errors pass. */
  perform(statements: StatementCache): void {
    this.#statements = statements;
    try {
      this.#value = this.#work(this);
    } finally {
      this.#statements = undefined;
    }
  }

  /** Answers: it is on disk. */
  commit(): void {
    this.#resolve(this.#value as T);
  }

  /** Ends it with an error for whoever waits. */
  fail(error: unknown): void {
    this.#reject(error);
  }
}
