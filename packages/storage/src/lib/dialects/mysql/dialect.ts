// Kysely's dialect: MySQL's compiler, adapter and introspector as they are, and our driver.
// Decides nothing itself.
import type { Dialect, DialectAdapter, DatabaseIntrospector, Kysely, QueryCompiler } from "kysely";
import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely";
import { ServerDriver } from "../server/server-driver.ts";
import type { ServerLinks } from "../server/server-link.ts";

/** A Kysely dialect over a pool's connections. */
export class MysqlPoolDialect implements Dialect {
  readonly #driver: ServerDriver;

  constructor(links: ServerLinks, options: { readonly acquireMilliseconds: number }) {
    this.#driver = new ServerDriver(links, options);
  }

  createDriver(): ServerDriver {
    return this.#driver;
  }

  createAdapter(): DialectAdapter {
    return new MysqlAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new MysqlQueryCompiler();
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- Kysely's own signature
  createIntrospector(kysely: Kysely<any>): DatabaseIntrospector {
    return new MysqlIntrospector(kysely);
  }
}
