// Kysely's driver over a writer handle with a group commit and a reader handle for committed state.
// Decides which handle serves a statement; turns and commits are the group commit's.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import type { DirectSession, DirectWrites } from "../../kernel/session.ts";
import { GroupCommit, type GroupCommitLimits } from "./group-commit.ts";
import type { SqliteHandles } from "./open-handles.ts";
import { isBusy } from "./sqlite-faults.ts";
import { StatementCache } from "./statement-cache.ts";
import type { Unit } from "./unit.ts";
import { waitWhileBusy } from "./wait-while-busy.ts";

/** Options of the driver; defaults are `sqliteDefaults`. */
export interface GroupCommitDriverOptions extends GroupCommitLimits {
  /** How many prepared statements each of the two handles keeps. */
  readonly statementCacheSize: number;
}

interface Shared {
  readonly group: GroupCommit;
  readonly reader: StatementCache;
  readonly busyLimitMilliseconds: number;
}

// Committed state only: the writer's handle would show what the unit at its turn has written so far. At once, unless another process holds a lock.
function tryReading<Row>(
  { reader, busyLimitMilliseconds }: Shared,
  query: CompiledQuery,
): QueryResult<Row> | undefined | Promise<QueryResult<Row> | undefined> {
  const read = (): QueryResult<Row> | undefined => {
    const statement = reader.get(query.sql);
    return statement.isReadOnly ? statement.execute(query.parameters) : undefined;
  };
  try {
    return read();
  } catch (error) {
    if (!isBusy(error)) throw error;
    return waitWhileBusy(read, busyLimitMilliseconds);
  }
}

/** What Kysely holds while it runs one query or one transaction, or a unit of ours; never used twice. */
export class GroupCommitConnection implements DatabaseConnection {
  readonly #shared: Shared;
  #unit: Unit | undefined;

  constructor(shared: Shared, unit?: Unit) {
    this.#shared = shared;
    this.#unit = unit;
  }

  /** Runs a statement at the unit's turn, at once. */
  run<Row>({ sql, parameters }: CompiledQuery<Row>): QueryResult<Row> {
    return this.#shared.group.execute(this.#unit!, sql, parameters);
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { group } = this.#shared;
    if (this.#unit !== undefined) return group.execute(this.#unit, query.sql, query.parameters);
    return (
      (await tryReading<Row>(this.#shared, query)) ??
      // Saved, because it may be anybody's: OR FAIL leaves behind what it wrote before its fault.
      (await group.runDirectly((session) => session.run(query as CompiledQuery<Row>), "several"))
    );
  }

  /** Rows in chunks, read as a whole beforehand: a statement left open would keep a snapshot, and with it the log, alive. */
  async *streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    const { rows } = await this.executeQuery<Row>(query);
    for (let start = 0; start < rows.length; start += chunkSize) yield { rows: rows.slice(start, start + chunkSize) };
  }

  async begin(): Promise<void> {
    this.#unit = await this.#shared.group.begin();
  }

  async commit(): Promise<void> {
    await this.#shared.group.commit(this.#unit!);
  }

  rollBack(): void {
    if (this.#unit !== undefined) this.#shared.group.rollBack(this.#unit);
  }
}

/** The driver. It makes no connections and opens nothing: it is given open handles and closes those that are its own. */
export class GroupCommitDriver implements Driver {
  readonly #handles: SqliteHandles;
  readonly #shared: Shared;
  #closing: Promise<void> | undefined;

  constructor(handles: SqliteHandles, options: GroupCommitDriverOptions) {
    this.#handles = handles;
    const writer = new StatementCache(handles.writer, options.statementCacheSize);
    this.#shared = {
      group: new GroupCommit(handles.writer, writer, options),
      reader: new StatementCache(handles.reader, options.statementCacheSize),
      busyLimitMilliseconds: options.busyLimitMilliseconds,
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<GroupCommitConnection> {
    this.#assertOpen();
    return new GroupCommitConnection(this.#shared);
  }

  /**
   * Answers a SELECT on committed state past Kysely's executor, whose promises cost more than SQLite's answer: at once, unless another process holds a lock.
   * @throws StoreUnavailableError when the database is closed; TypeError for a statement that writes.
   */
  read<Row>(query: CompiledQuery<Row>): QueryResult<Row> | Promise<QueryResult<Row>> {
    this.#assertOpen();
    const answer = tryReading<Row>(this.#shared, query);
    return answer instanceof Promise ? answer.then(assertRead) : assertRead(answer);
  }

  /** Runs a unit past Kysely's transactions, whose promises and connections cost more than SQLite's statements. @throws StoreUnavailableError when the database is closed */
  async runUnit<T>(work: (connection: GroupCommitConnection) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const { group } = this.#shared;
    const unit = await group.begin();
    let result: T;
    try {
      result = await work(new GroupCommitConnection(this.#shared, unit));
    } catch (error) {
      group.rollBack(unit);
      throw error;
    }
    await group.commit(unit);
    return result;
  }

  /** Runs a unit whose work awaits nothing. @throws StoreUnavailableError when the database is closed */
  async runDirectly<T>(work: (session: DirectSession) => T, writes: DirectWrites): Promise<T> {
    this.#assertOpen();
    return await this.#shared.group.runDirectly(work, writes);
  }

  /** What its group commit is doing. */
  load(): ReturnType<GroupCommit["load"]> {
    return this.#shared.group.load();
  }

  /** Waits for a turn. Every unit is serialisable, so isolation levels and access modes ask for nothing more. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    own(connection).rollBack();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    own(connection).rollBack();
  }

  /** Lets the queued units end, then closes the handles. */
  destroy(): Promise<void> {
    this.#closing ??= this.#shared.group.drain().then(() => this.#handles.close());
    return this.#closing;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreUnavailableError("The database is closed");
  }
}

function assertRead<Row>(answer: QueryResult<Row> | undefined): QueryResult<Row> {
  if (answer === undefined) throw new TypeError("A statement that writes belongs in a unit");
  return answer;
}

function own(connection: DatabaseConnection): GroupCommitConnection {
  if (!(connection instanceof GroupCommitConnection)) throw new TypeError("The connection is not of this driver");
  return connection;
}
