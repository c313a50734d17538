// Kysely's dialect: PostgreSQL's compiler and adapter as they are, our driver, and an introspector that looks where unqualified names lead.
// Decides nothing itself.
import type { Dialect, DialectAdapter, DatabaseIntrospector, Kysely, QueryCompiler } from "kysely";
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import { ServerDriver } from "../server/server-driver.ts";
import type { ServerLinks } from "../server/server-link.ts";

// oxlint-disable typescript/no-explicit-any -- Kysely's own signatures

/** Tables of other schemas are not the ones that a statement here would find. */
class SearchPathIntrospector extends PostgresIntrospector {
  readonly #kysely: Kysely<any>;

  constructor(kysely: Kysely<any>) {
    super(kysely);
    this.#kysely = kysely;
  }

  override async getTables(
    ...options: Parameters<PostgresIntrospector["getTables"]>
  ): ReturnType<PostgresIntrospector["getTables"]> {
    const { rows } = await sql<{ schema: string }>`select unnest(current_schemas(false))::text as schema`.execute(
      this.#kysely,
    );
    const schemas = new Set(rows.map(({ schema }) => schema));
    return (await super.getTables(...options)).filter(({ schema }) => schema !== undefined && schemas.has(schema));
  }
}

/** A Kysely dialect over a pool's connections. */
export class PostgresPoolDialect implements Dialect {
  readonly #driver: ServerDriver;

  constructor(links: ServerLinks, options: { readonly acquireMilliseconds: number }) {
    this.#driver = new ServerDriver(links, options);
  }

  createDriver(): ServerDriver {
    return this.#driver;
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createIntrospector(kysely: Kysely<any>): DatabaseIntrospector {
    return new SearchPathIntrospector(kysely);
  }
}
