// A borrowed connection as Kysely sees it: says of each fault whether anything may have been committed, and refuses to go on after one.
// Must not know an engine.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, DatabaseConnection, QueryResult, TransactionSettings } from "kysely";
import { assertStorable } from "../../kernel/storable.ts";
import { UnitEndedError } from "../../kernel/storage-error.ts";
import { leavesNoTrace } from "./leaves-no-trace.ts";
import type { ServerLink, ServerLinks } from "./server-link.ts";

/** What Kysely holds while it runs one query or one transaction; never used twice. */
export class ServerConnection implements DatabaseConnection {
  readonly #links: ServerLinks;
  readonly #link: ServerLink;
  #state: "alone" | "unit" | "ended" = "alone";
  /** The first fault of the unit. A server may have undone everything before it, so nothing may follow. */
  #fault: Error | undefined;
  #isBroken = false;

  constructor(links: ServerLinks, link: ServerLink) {
    this.#links = links;
    this.#link = link;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#assertUsable();
    for (const parameter of query.parameters) assertStorable(parameter);
    try {
      return await this.#link.execute<Row>(query);
    } catch (error) {
      const isHarmless = this.#state === "unit" || leavesNoTrace(query);
      const fault = this.#named(error, isHarmless ? "nothing" : "unknown");
      if (this.#state === "unit") this.#fault ??= fault;
      throw fault;
    }
  }

  /** Rows in chunks, read as a whole beforehand. */
  async *streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    const { rows } = await this.executeQuery<Row>(query);
    for (let start = 0; start < rows.length; start += chunkSize) yield { rows: rows.slice(start, start + chunkSize) };
  }

  async begin(settings: TransactionSettings): Promise<void> {
    try {
      await this.#link.begin(settings);
      this.#state = "unit";
    } catch (error) {
      // Whatever was begun ends with the connection.
      this.#isBroken = true;
      throw this.#named(error, "nothing");
    }
  }

  async commit(): Promise<void> {
    this.#assertUsable();
    if (this.#link.isLost) throw this.#lost("before COMMIT was sent");
    let isCommitted: boolean;
    try {
      isCommitted = await this.#link.commit();
    } catch (error) {
      throw this.#named(error, "unknown");
    }
    if (!isCommitted) throw new StoreUnavailableError(`${this.#links.engine} rolled the unit back at COMMIT`);
    this.#state = "ended";
  }

  /** Undoes the unit; a connection that cannot is closed, which undoes it too. */
  async rollBack(): Promise<void> {
    this.#state = "ended";
    if (this.#isBroken || this.#link.isLost) return;
    try {
      await this.#link.rollBack();
    } catch {
      this.#isBroken = true;
    }
  }

  /** Gives the connection back to the pool. */
  release(): void {
    // A transaction left open must not become the next borrower's.
    const isBroken = this.#isBroken || this.#link.isLost || this.#state === "unit";
    this.#state = "ended";
    this.#link.release(isBroken);
  }

  #assertUsable(): void {
    if (this.#state === "ended") throw new UnitEndedError("its connection was given back");
    if (this.#fault !== undefined) throw this.#fault;
  }

  #named(error: unknown, committed: "nothing" | "unknown"): Error {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#links.isLoss(error)) return error instanceof Error ? error : new Error(reason);
    this.#isBroken = true;
    if (committed === "nothing") {
      return new StoreUnavailableError(`The connection to ${this.#links.engine} was lost: ${reason}`, error);
    }
    return new CommitOutcomeUnknownError(
      `The connection to ${this.#links.engine} was lost before it said whether it had committed: ${reason}`,
      error,
    );
  }

  #lost(when: string): StoreUnavailableError {
    this.#isBroken = true;
    return new StoreUnavailableError(`The connection to ${this.#links.engine} was lost ${when}`);
  }
}
