// The worked example of docs/dialects.md: Latchkey on node:sqlite, made from what the package exports and nothing else. For tests only.
// It has no group commit: every unit pays for its own fsync.
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailableError } from "@latchkey/core/errors";
import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from "kysely";
import {
  bindMigrations,
  createStorage,
  UnitEndedError,
  UnstorableValueError,
  type DialectProfile,
  type FaultClass,
  type LatchkeyTables,
  type OpenedStorage,
} from "../../index.ts";
import { sqliteProfile } from "../../sqlite.ts";

const unique = new Set([1555, 2067, 2579]);
const busy = new Set([5, 6]);
const busyLimitMilliseconds = 5_000;
const unavailable = new Set([8, 10, 11, 13, 14, 26]);

function classify(error: unknown): FaultClass {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  const code = Number(error.errcode);
  // The lower byte is the primary code, the rest says more.
  if (unique.has(code)) return "unique";
  if (busy.has(code & 0xff)) return "retryable";
  return unavailable.has(code & 0xff) ? "unavailable" : undefined;
}

/** SQL, types and migrations are SQLite's; what differs is how the driver names its faults. */
export const nodeSqliteProfile: DialectProfile = { ...sqliteProfile, name: "node-sqlite", classify };

function execute<Row>(database: DatabaseSync, { sql, parameters }: CompiledQuery): QueryResult<Row> {
  for (const value of parameters) {
    const isKept =
      typeof value === "string"
        ? value.isWellFormed()
        : typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
    if (!isKept) throw new UnstorableValueError("The database would store another value");
  }
  const statement = database.prepare(sql);
  const values = parameters as readonly SQLInputValue[];
  try {
    if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  } catch (error) {
    // What node:sqlite says of an integer that a number does not hold exactly.
    if (error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE") {
      throw new UnstorableValueError(error.message);
    }
    throw error;
  }
}

/** Units take turns on the writer; reads outside units see committed state through the reader. */
class NodeSqliteDriver implements Driver {
  readonly #writer: DatabaseSync;
  readonly #reader: DatabaseSync;
  #turn: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(file: string) {
    this.#writer = new DatabaseSync(file, { timeout: 0 });
    this.#writer.exec("pragma journal_mode = wal");
    this.#writer.exec("pragma synchronous = full");
    this.#reader = new DatabaseSync(file, { timeout: 0, readOnly: true });
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<NodeSqliteConnection> {
    if (this.#closing !== undefined) throw new StoreUnavailableError("The database is closed");
    return new NodeSqliteConnection(this);
  }

  async beginTransaction(connection: NodeSqliteConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: NodeSqliteConnection): Promise<void> {
    connection.end("commit");
  }

  async rollbackTransaction(connection: NodeSqliteConnection): Promise<void> {
    connection.end("rollback");
  }

  async releaseConnection(connection: NodeSqliteConnection): Promise<void> {
    connection.end("rollback");
  }

  destroy(): Promise<void> {
    this.#closing ??= this.#turn.then(() => {
      this.#reader.close();
      this.#writer.close();
    });
    return this.#closing;
  }

  read<Row>(query: CompiledQuery): QueryResult<Row> {
    return execute(this.#reader, query);
  }

  write<Row>(query: CompiledQuery): QueryResult<Row> {
    return execute(this.#writer, query);
  }

  /** Waits for a turn and begins it; whoever calls what is returned ends it. */
  async begin(): Promise<(how: "commit" | "rollback") => void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      await whileBusy(() => this.#writer.exec("begin immediate"));
    } catch (error) {
      resolve();
      throw error;
    }
    return (how) => {
      try {
        this.#writer.exec(how);
      } catch (error) {
        if (this.#writer.isTransaction) this.#writer.exec("rollback");
        throw error;
      } finally {
        resolve();
      }
    };
  }
}

// SQLite's own busy timeout would sleep in the event loop's thread, in which the other unit may want to commit.
async function whileBusy(attempt: () => void): Promise<void> {
  for (const since = performance.now(); ;) {
    try {
      return attempt();
    } catch (error) {
      if (classify(error) !== "retryable") throw error;
      if (performance.now() - since > busyLimitMilliseconds) {
        throw new StoreUnavailableError("Another process keeps the database locked", error);
      }
    }
    await sleep(1 + Math.random() * 4);
  }
}

class NodeSqliteConnection implements DatabaseConnection {
  readonly #driver: NodeSqliteDriver;
  #endTurn: ((how: "commit" | "rollback") => void) | undefined;
  #state: "alone" | "unit" | "ended" = "alone";

  constructor(driver: NodeSqliteDriver) {
    this.#driver = driver;
  }

  async begin(): Promise<void> {
    this.#endTurn = await this.#driver.begin();
    this.#state = "unit";
  }

  end(how: "commit" | "rollback"): void {
    const endTurn = this.#endTurn;
    this.#endTurn = undefined;
    this.#state = "ended";
    endTurn?.(how);
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#state === "ended") throw new UnitEndedError("its turn is over");
    if (this.#state === "unit") return this.#driver.write(query);
    if (query.query.kind === "SelectQueryNode") return this.#driver.read(query);
    const endTurn = await this.#driver.begin();
    let result: QueryResult<Row>;
    try {
      result = this.#driver.write(query);
    } catch (error) {
      endTurn("rollback");
      throw error;
    }
    endTurn("commit");
    return result;
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }
}

class TurnsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** Opens a storage on a file through node:sqlite. */
export function openNodeSqliteStorage(file: string): OpenedStorage {
  const driver = new NodeSqliteDriver(file);
  const kysely = new Kysely<LatchkeyTables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new TurnsAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (of) => new SqliteIntrospector(of),
    },
  });
  const database = { kysely, profile: nodeSqliteProfile };
  // Without a change token other processes are polled, as on PostgreSQL and MySQL.
  const storage = createStorage({ ...database, changeToken: () => undefined, close: () => driver.destroy() });
  const load = () => ({ kind: "pool" as const, asked: 0, inUse: 0, maximum: 1 });
  return { storage, kysely, load, ...bindMigrations(database) };
}
