// Connections of a pg pool for the common driver: named statements, exact integers, READ COMMITTED.
// Decides nothing about units; the common driver does.
import { createHash } from "node:crypto";
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, QueryResult, TransactionSettings } from "kysely";
import { isPrepared } from "../../kernel/prepared-query.ts";
import { readInteger } from "../../kernel/storable.ts";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import { graceMilliseconds } from "../server/pool-settings.ts";
import type { ServerLink, ServerLinks } from "../server/server-link.ts";
import { explainConnectionFault, isConnectionLoss } from "./postgres-faults.ts";
import type { PostgresClient, PostgresPool, PostgresTypes } from "./postgres-pool.ts";

/** How statements are sent. */
export interface PostgresLinkOptions {
  readonly preparedStatements: boolean;
  /** 0: as long as it takes. */
  readonly statementMilliseconds: number;
  /** Whether the pool is ended with the storage. */
  readonly ownsPool: boolean;
  /** Where the server is, for messages. */
  readonly where: string;
}

const int8 = 20;
const writes = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** A pool's connections. */
export class PostgresLinks implements ServerLinks {
  readonly engine = "PostgreSQL";
  readonly isLoss: (error: unknown) => boolean = isConnectionLoss;
  readonly #pool: PostgresPool;
  readonly #options: PostgresLinkOptions;
  readonly #clients = new WeakMap<PostgresClient, ClientState>();
  readonly #names = new Map<string, string>();

  constructor(pool: PostgresPool, options: PostgresLinkOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  async acquire(): Promise<ServerLink> {
    let client: PostgresClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw new StoreUnavailableError(explainConnectionFault(error, this.#options.where), error);
    }
    let state = this.#clients.get(client);
    if (state === undefined) {
      state = watch(client);
      this.#clients.set(client, state);
    }
    return new PostgresLink(client, state, this.#options, (query) => this.#nameOf(query));
  }

  async end(): Promise<void> {
    if (this.#options.ownsPool) await this.#pool.end();
  }

  // By its text, so that two storages on one pool mean the same statement by the same name.
  #nameOf(query: CompiledQuery): string | undefined {
    if (!this.#options.preparedStatements || !isPrepared(query)) return undefined;
    let name = this.#names.get(query.sql);
    if (name === undefined) {
      name = `latchkey_${createHash("sha256").update(query.sql).digest("hex").slice(0, 32)}`;
      this.#names.set(query.sql, name);
    }
    return name;
  }
}

interface ClientState {
  isLost: boolean;
  readonly types: PostgresTypes;
}

// A connection that ends while nobody waits for an answer says so by an event, and an unheard "error" ends the process.
function watch(client: PostgresClient): ClientState {
  const state: ClientState = {
    isLost: false,
    types: {
      getTypeParser(oid, format) {
        if (oid === int8 && format !== "binary") return readInteger;
        return client.getTypeParser?.(oid, format) ?? ((value) => value);
      },
    },
  };
  for (const event of ["error", "end"] as const) client.on(event, () => (state.isLost = true));
  return state;
}

class PostgresLink implements ServerLink {
  readonly #client: PostgresClient;
  readonly #state: ClientState;
  readonly #patience: { readonly query_timeout?: number };
  readonly #nameOf: (query: CompiledQuery) => string | undefined;

  constructor(
    client: PostgresClient,
    state: ClientState,
    { statementMilliseconds }: PostgresLinkOptions,
    nameOf: (query: CompiledQuery) => string | undefined,
  ) {
    this.#client = client;
    this.#state = state;
    this.#patience = statementMilliseconds === 0 ? {} : { query_timeout: statementMilliseconds + graceMilliseconds };
    this.#nameOf = nameOf;
  }

  get isLost(): boolean {
    return this.#state.isLost;
  }

  async execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (const parameter of query.parameters) {
      if (typeof parameter === "string" && parameter.includes("\0")) {
        throw new UnstorableValueError("PostgreSQL cannot store text with a NUL character");
      }
    }
    const name = this.#nameOf(query);
    const { rows, rowCount, command } = await this.#client.query({
      text: query.sql,
      values: query.parameters,
      types: this.#state.types,
      ...this.#patience,
      ...(name !== undefined && { name }),
    });
    const result = { rows: rows as Row[] };
    return writes.has(command) ? { ...result, numAffectedRows: BigInt(rowCount ?? 0) } : result;
  }

  async begin({ isolationLevel = "read committed", accessMode = "read write" }: TransactionSettings): Promise<void> {
    // Both are words of Kysely's closed lists.
    await this.#send(`begin isolation level ${isolationLevel} ${accessMode}`);
  }

  // A transaction in which a statement failed ends with ROLLBACK, whatever was asked for.
  async commit(): Promise<boolean> {
    return (await this.#send("commit")) === "COMMIT";
  }

  async rollBack(): Promise<void> {
    await this.#send("rollback");
  }

  release(isBroken: boolean): void {
    this.#client.release?.(isBroken);
  }

  async #send(text: string): Promise<string> {
    return (await this.#client.query({ text, ...this.#patience })).command;
  }
}
