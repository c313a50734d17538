// A connection of its own that listens for what other processes commit (LISTEN), made anew when it is lost. It only hints: whoever hears it reads the feed.
// Must not read anything itself.
import { clearTimeout, setTimeout } from "node:timers"; // not the globals: tests may fake those
import { hintChannel } from "./profile.ts";
import type { PostgresClient } from "./postgres-pool.ts";

const firstRetryMilliseconds = 100;
const lastRetryMilliseconds = 10_000;

/** Listens while somebody wants to hear. */
export class HintListener {
  readonly #makeClient: () => PostgresClient;
  readonly #self: string;
  readonly #listeners = new Set<{ readonly call: () => void }>();
  #client: PostgresClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMilliseconds = firstRetryMilliseconds;
  #ending: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `makeClient` makes a connection that is not the pool's and is not connected yet; what `self` says is not heard. */
  constructor(makeClient: () => PostgresClient, self: string) {
    this.#makeClient = makeClient;
    this.#self = self;
  }

  /** See `RevocationFeed.onHint`. */
  onHint(call: () => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#drop();
    };
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#drop();
    await this.#ending;
  }

  #open(): void {
    if (this.#closed || this.#client !== undefined || this.#retry !== undefined) return;
    const client = this.#makeClient();
    this.#client = client;
    for (const event of ["error", "end"] as const) client.on(event, () => this.#lost(client));
    client.on("notification", (what) => {
      if ((what as { readonly payload?: string }).payload !== this.#self) this.#tell();
    });
    this.#listen(client).catch(() => this.#lost(client));
  }

  async #listen(client: PostgresClient): Promise<void> {
    await client.connect?.();
    await client.query({ text: `listen ${hintChannel}` });
    if (client !== this.#client) return;
    this.#retryMilliseconds = firstRetryMilliseconds;
    // Whatever was said before is lost.
    this.#tell();
  }

  #tell(): void {
    for (const { call } of this.#listeners) call();
  }

  #lost(client: PostgresClient): void {
    if (client !== this.#client) return;
    this.#drop();
    if (this.#closed || this.#listeners.size === 0) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#open();
    }, this.#retryMilliseconds);
    this.#retry.unref();
    this.#retryMilliseconds = Math.min(2 * this.#retryMilliseconds, lastRetryMilliseconds);
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const client = this.#client;
    this.#client = undefined;
    // A connection that is already gone has nothing to end.
    if (client !== undefined) this.#ending = Promise.resolve(client.end?.()).catch(() => undefined);
  }
}
