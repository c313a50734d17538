// Kysely's dialect: SQLite's compiler and introspector as they are, our driver, and an adapter that leaves the serialising to it.
// Decides nothing itself.
import type { Dialect, DialectAdapter, DatabaseIntrospector, Kysely, QueryCompiler } from "kysely";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { GroupCommitDriver, type GroupCommitDriverOptions } from "./driver.ts";
import type { SqliteHandles } from "./open-handles.ts";

class GroupCommitAdapter extends SqliteAdapter {
  // With `false` Kysely would give out one connection at a time, and no two units could share a commit.
  override get supportsMultipleConnections(): boolean {
    return true;
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
