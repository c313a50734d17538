// Clients that the pool has lent and that go from one borrower to the next without going back in between: a way through pg's pool costs two timers, five listeners and three turns of
// its queue. Whoever waits at the pool comes first, and what rests goes back within two seconds, so its limits and its idle time hold.
// Must not know statements. A pool of somebody else's is not held back: there, every client goes back at once.
import { clearTimeout, setTimeout } from "node:timers"; // not the globals: tests may fake those
import { readInteger } from "../../kernel/storable.ts";
import type { KnownColumns } from "./known-statement.ts";
import type { PostgresClient, PostgresOwnClient, PostgresPool, PostgresTypes } from "./postgres-pool.ts";

/** A client of the pool, and what is known of its connection. */
export interface LentClient {
  readonly client: PostgresClient;
  /** Whether it is known to lead nowhere. */
  isLost: boolean;
  readonly types: PostgresTypes;
  /** By name: the columns of statements that are prepared on the connection; `undefined` where the client takes pg's queries only. */
  readonly known: Map<string, KnownColumns> | undefined;
}

/** How a shelf is used. */
export interface ShelfOptions {
  /** Whether the pool is the storage's own, and its clients are wrapped by nobody. */
  readonly isOwn: boolean;
  readonly preparedStatements: boolean;
  /** Default 1,000. */
  readonly restMilliseconds?: number;
}

/** How long a client rests here at least, and at most twice as long, before the pool has it back. */
const defaultRestMilliseconds = 1_000;

const int8 = 20;

/** The clients of one pool. */
export class ClientShelf {
  readonly #pool: PostgresPool;
  readonly #isOwn: boolean;
  readonly #prepares: boolean;
  readonly #restMilliseconds: number;
  readonly #clients = new WeakMap<PostgresClient, LentClient>();
  readonly #resting: LentClient[] = [];
  /** How many at the bottom have rested since the last look. */
  #untouched = 0;
  #waiting = 0;
  #isClosed = false;
  #look: NodeJS.Timeout | undefined;

  constructor(pool: PostgresPool, options: ShelfOptions) {
    this.#pool = pool;
    this.#isOwn = options.isOwn;
    this.#prepares = options.isOwn && options.preparedStatements;
    this.#restMilliseconds = options.restMilliseconds ?? defaultRestMilliseconds;
  }

  /** A client that is free at once. */
  take(): LentClient | undefined {
    for (;;) {
      const lent = this.#resting.pop();
      if (lent === undefined) return undefined;
      this.#untouched = Math.min(this.#untouched, this.#resting.length);
      if (!lent.isLost) return lent;
      lent.client.release?.(true);
    }
  }

  /** A client of the pool's. Rejects as the pool does. */
  async connect(): Promise<LentClient> {
    this.#waiting += 1;
    let client: PostgresClient;
    try {
      client = await this.#pool.connect();
    } finally {
      this.#waiting -= 1;
    }
    let lent = this.#clients.get(client);
    if (lent === undefined) {
      lent = watch(client, this.#prepares);
      this.#clients.set(client, lent);
    }
    return lent;
  }

  /** Ends a client's loan; a broken one is closed. */
  giveBack(lent: LentClient, isBroken: boolean): void {
    if (isBroken || !this.#isOwn || this.#isClosed || this.#waiting > 0) return lent.client.release?.(isBroken);
    this.#resting.push(lent);
    this.#look ??= setTimeout(() => this.#clear(), this.#restMilliseconds);
  }

  /** Gives all back that rest, and from now on at once. */
  close(): void {
    this.#isClosed = true;
    this.#untouched = this.#resting.length;
    clearTimeout(this.#look);
    this.#clear();
  }

  // Those at the bottom have not been needed; the load takes and gives back at the top.
  #clear(): void {
    for (const { client, isLost } of this.#resting.splice(0, this.#untouched)) client.release?.(isLost);
    this.#untouched = this.#resting.length;
    this.#look = this.#untouched === 0 ? undefined : setTimeout(() => this.#clear(), this.#restMilliseconds);
  }
}

// A connection that ends while nobody waits for an answer says so by an event, and an unheard "error" ends the process.
function watch(client: PostgresClient, prepares: boolean): LentClient {
  const lent: LentClient = {
    client,
    isLost: false,
    known: prepares && speaksProtocol(client as PostgresOwnClient) ? new Map() : undefined,
    types: {
      getTypeParser(oid, format) {
        if (oid === int8 && format !== "binary") return readInteger;
        return client.getTypeParser?.(oid, format) ?? ((value) => value);
      },
    },
  };
  for (const event of ["error", "end"] as const) client.on(event, () => (lent.isLost = true));
  return lent;
}

// Clients over libpq do not.
function speaksProtocol({ connection }: PostgresOwnClient): boolean {
  return typeof connection?.bind === "function" && typeof connection.stream?.cork === "function";
}
