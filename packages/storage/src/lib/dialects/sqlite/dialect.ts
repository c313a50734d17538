// Kysely's dialect: SQLite's compiler and introspector as they are, our driver, and an adapter that leaves the serialising to it.
// Decides nothing itself.
import type {
  CompiledQuery,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Kysely,
  QueryCompiler,
  QueryResult,
} from "kysely";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { transactionOn, type UnitSession } from "../../kernel/session.ts";
import type { LatchkeyKysely } from "../../kernel/tables.ts";
import type { UnitWays } from "../../kernel/unit-runner.ts";
import { GroupCommitDriver, type GroupCommitConnection, type GroupCommitDriverOptions } from "./driver.ts";
import type { SqliteHandles } from "./open-handles.ts";

class GroupCommitAdapter extends SqliteAdapter {
  // With `false` Kysely would give out one connection at a time, and no two units could share a commit.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class GroupCommitSession implements UnitSession {
  readonly #kysely: LatchkeyKysely;
  readonly #dialect: Dialect;
  readonly #connection: GroupCommitConnection;
  #transaction: UnitSession["transaction"] | undefined;

  constructor(kysely: LatchkeyKysely, dialect: Dialect, connection: GroupCommitConnection) {
    this.#kysely = kysely;
    this.#dialect = dialect;
    this.#connection = connection;
  }

  get transaction(): UnitSession["transaction"] {
    return (this.#transaction ??= transactionOn(this.#kysely, this.#dialect, this.#connection));
  }

  run<Row>(query: CompiledQuery<Row>): QueryResult<Row> {
    return this.#connection.run(query);
  }
}

/** A Kysely dialect over open handles. */
export class SqliteGroupCommitDialect implements Dialect {
  readonly #driver: GroupCommitDriver;

  constructor(handles: SqliteHandles, options: GroupCommitDriverOptions) {
    this.#driver = new GroupCommitDriver(handles, options);
  }

  createDriver(): GroupCommitDriver {
    return this.#driver;
  }

  /** The driver's own ways into a unit, in which Kysely's transaction is made for who asks for it alone. */
  unitWays(kysely: LatchkeyKysely): Required<Pick<UnitWays, "runSession" | "runDirectly">> {
    const driver = this.#driver;
    return {
      runDirectly: (work, writes) => driver.runDirectly(work, writes),
      runSession: (work) => driver.runUnit((connection) => work(new GroupCommitSession(kysely, this, connection))),
    };
  }

  createAdapter(): DialectAdapter {
    return new GroupCommitAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- Kysely's own signature
  createIntrospector(kysely: Kysely<any>): DatabaseIntrospector {
    return new SqliteIntrospector(kysely);
  }
}
