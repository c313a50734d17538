// Connections of a pg pool for the common driver: named statements, exact integers, READ COMMITTED.
// Decides nothing about units; the common driver does.
import { createHash } from "node:crypto";
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, QueryResult, TransactionSettings } from "kysely";
import { isPrepared } from "../../kernel/prepared-query.ts";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import { graceMilliseconds } from "../server/pool-settings.ts";
import type { ServerLink, ServerLinks } from "../server/server-link.ts";
import type { ClientShelf, LentClient } from "./client-shelf.ts";
import { KnownColumns, KnownStatement } from "./known-statement.ts";
import { explainConnectionFault, isConnectionLoss } from "./postgres-faults.ts";
import type { PostgresOwnClient } from "./postgres-pool.ts";

/** How statements are sent. */
export interface PostgresLinkOptions {
  readonly preparedStatements: boolean;
  /** 0: as long as it takes. */
  readonly statementMilliseconds: number;
  /** Ends the pool with the storage, where it is the storage's own. */
  readonly endPool: () => Promise<unknown>;
  /** Where the server is, for messages. */
  readonly where: string;
}

interface Patience {
  readonly query_timeout?: number;
}

const usualBegin = "begin isolation level read committed read write";
const beginName = "latchkey_begin";
const noColumns = new KnownColumns([], { getTypeParser: () => String });
const writes = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** A pool's connections. */
export class PostgresLinks implements ServerLinks {
  readonly engine = "PostgreSQL";
  readonly isLoss: (error: unknown) => boolean = isConnectionLoss;
  readonly #shelf: ClientShelf;
  readonly #options: PostgresLinkOptions;
  readonly #patience: Patience;
  readonly #names = new Map<string, string>();

  constructor(shelf: ClientShelf, options: PostgresLinkOptions) {
    this.#shelf = shelf;
    this.#options = options;
    const { statementMilliseconds } = options;
    this.#patience = statementMilliseconds === 0 ? {} : { query_timeout: statementMilliseconds + graceMilliseconds };
  }

  take(): ServerLink | undefined {
    const lent = this.#shelf.take();
    return lent && this.#link(lent);
  }

  async acquire(): Promise<ServerLink> {
    try {
      return this.#link(await this.#shelf.connect());
    } catch (error) {
      throw new StoreUnavailableError(explainConnectionFault(error, this.#options.where), error);
    }
  }

  async end(): Promise<void> {
    await this.#options.endPool();
  }

  #link(lent: LentClient): PostgresLink {
    return new PostgresLink(this.#shelf, lent, this.#patience, this.#nameOf);
  }

  // By its text, so that two storages on one pool mean the same statement by the same name.
  readonly #nameOf = (query: CompiledQuery): string | undefined => {
    if (!this.#options.preparedStatements || !isPrepared(query)) return undefined;
    let name = this.#names.get(query.sql);
    if (name === undefined) {
      name = `latchkey_${createHash("sha256").update(query.sql).digest("hex").slice(0, 32)}`;
      this.#names.set(query.sql, name);
    }
    return name;
  };
}

class PostgresLink implements ServerLink {
  readonly #shelf: ClientShelf;
  readonly #lent: LentClient;
  readonly #patience: Patience;
  readonly #nameOf: (query: CompiledQuery) => string | undefined;
  /** BEGIN is sent along with the unit's first statement: a round trip less. */
  #isBeginOwed = false;

  constructor(
    shelf: ClientShelf,
    lent: LentClient,
    patience: Patience,
    nameOf: (query: CompiledQuery) => string | undefined,
  ) {
    this.#shelf = shelf;
    this.#lent = lent;
    this.#patience = patience;
    this.#nameOf = nameOf;
  }

  get isLost(): boolean {
    return this.#lent.isLost;
  }

  async execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (const parameter of query.parameters) {
      if (typeof parameter === "string" && parameter.includes("\0")) {
        throw new UnstorableValueError("PostgreSQL cannot store text with a NUL character");
      }
    }
    const name = this.#nameOf(query);
    const { client, known, types } = this.#lent;
    const columns = name === undefined ? undefined : known?.get(name);
    if (columns !== undefined) return await this.#executeKnown(name!, query.parameters, columns);
    if (this.#isBeginOwed) await this.#executeKnown(beginName, [], noColumns);
    const { rows, rowCount, command, fields } = await client.query({
      text: query.sql,
      values: query.parameters,
      types,
      ...this.#patience,
      ...(name !== undefined && { name }),
    });
    if (name !== undefined && fields !== undefined) known?.set(name, new KnownColumns(fields, types));
    const result = { rows: rows as Row[] };
    return writes.has(command) ? { ...result, numAffectedRows: BigInt(rowCount ?? 0) } : result;
  }

  #executeKnown<Row>(name: string, values: readonly unknown[], columns: KnownColumns): Promise<QueryResult<Row>> {
    const before = this.#isBeginOwed && name !== beginName ? beginName : undefined;
    this.#isBeginOwed = false;
    return new Promise((resolve, reject) => {
      const execution = { before, statement: name, values, columns, ...this.#patience };
      const statement = new KnownStatement(execution, (error) => {
        if (error !== null) return reject(error);
        const [, command = "", count = ""] = /^([A-Z]+)(?: 0)? (\d+)$/.exec(statement.tag) ?? [];
        const rows = statement.rows as Row[];
        resolve(writes.has(command) ? { rows, numAffectedRows: BigInt(count) } : { rows });
      });
      (this.#lent.client as PostgresOwnClient).query(statement);
    });
  }

  async begin({ isolationLevel = "read committed", accessMode = "read write" }: TransactionSettings): Promise<void> {
    const { client, known } = this.#lent;
    // Both are words of Kysely's closed lists.
    const text = `begin isolation level ${isolationLevel} ${accessMode}`;
    const isPreparable = known !== undefined && text === usualBegin;
    if (isPreparable && known.has(beginName)) {
      this.#isBeginOwed = true;
      return;
    }
    await client.query({ text, ...this.#patience, ...(isPreparable && { name: beginName }) });
    if (isPreparable) known.set(beginName, noColumns);
  }

  // A transaction in which a statement failed ends with ROLLBACK, whatever was asked for.
  async commit(): Promise<boolean> {
    if (this.#isBeginOwed) return true;
    return (await this.#send("commit")) === "COMMIT";
  }

  async rollBack(): Promise<void> {
    if (this.#isBeginOwed) return;
    await this.#send("rollback");
  }

  release(isBroken: boolean): void {
    this.#shelf.giveBack(this.#lent, isBroken);
  }

  async #send(text: string): Promise<string> {
    return (await this.#lent.client.query({ text, ...this.#patience })).command;
  }
}
