// Kysely's driver over a pool of server connections. Counts what is lent, so that closing waits for it.
// Must not know an engine.
import { clearTimeout, setTimeout } from "node:timers"; // not the globals: tests may fake those
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from "kysely";
import { ServerConnection } from "./server-connection.ts";
import type { ServerLink, ServerLinks } from "./server-link.ts";

/** The driver. It is given a pool and ends it as far as the pool is its own. */
export class ServerDriver implements Driver {
  readonly #links: ServerLinks;
  readonly #acquireMilliseconds: number;
  #lent = 0;
  #inUse = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(links: ServerLinks, options: { readonly acquireMilliseconds: number }) {
    this.#links = links;
    this.#acquireMilliseconds = options.acquireMilliseconds;
  }

  async init(): Promise<void> {}

  /** @throws StoreUnavailableError where there is no connection in time, or the driver is closed. */
  async acquireConnection(): Promise<ServerConnection> {
    return this.#lendAtOnce() ?? (await this.#lend());
  }

  #lendAtOnce(): ServerConnection | undefined {
    if (this.#closing !== undefined) throw new StoreUnavailableError("The database is closed");
    const link = this.#links.take?.();
    if (link === undefined) return undefined;
    this.#lent += 1;
    this.#inUse += 1;
    return new ServerConnection(this.#links, link);
  }

  async #lend(): Promise<ServerConnection> {
    this.#lent += 1;
    let link: ServerLink;
    try {
      link = await this.#acquire();
    } catch (error) {
      this.#returned();
      if (error instanceof StoreUnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`There is no connection to ${this.#links.engine}: ${reason}`, error);
    }
    this.#inUse += 1;
    return new ServerConnection(this.#links, link);
  }

  /**
   * Runs one statement outside units past Kysely's executor, whose promises and connections cost more than ours.
   * @throws StoreUnavailableError, CommitOutcomeUnknownError as through Kysely.
   */
  async run<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    const connection = this.#lendAtOnce() ?? (await this.#lend());
    try {
      return await connection.executeQuery<Row>(query);
    } finally {
      this.#giveBack(connection);
    }
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await own(connection).begin(settings);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).rollBack();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#giveBack(own(connection));
  }

  /** Borrowers, and those of them that have a connection. */
  load(): { readonly asked: number; readonly inUse: number } {
    return { asked: this.#lent, inUse: this.#inUse };
  }

  /** Refuses new borrowers, waits for those there are, then ends the pool where it is the driver's own. */
  destroy(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#links.end());
    return this.#closing;
  }

  // Not left to the pool: some wait for ever, and one of yours may.
  #acquire(): Promise<ServerLink> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const limit = this.#acquireMilliseconds;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new StoreUnavailableError(`No connection to ${this.#links.engine} became free within ${limit} ms`));
      }, limit);
      this.#links.acquire().then(
        (link) => {
          clearTimeout(timer);
          if (isLate) link.release(false);
          else resolve(link);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }

  #giveBack(connection: ServerConnection): void {
    connection.release();
    this.#inUse -= 1;
    this.#returned();
  }

  async #drain(): Promise<void> {
    if (this.#lent === 0) return;
    await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #returned(): void {
    this.#lent -= 1;
    if (this.#lent === 0) this.#onIdle?.();
  }
}

function own(connection: DatabaseConnection): ServerConnection {
  if (!(connection instanceof ServerConnection)) throw new TypeError("The connection is not of this driver");
  return connection;
}
