// Queries that are built and compiled once per database and then only given values. Kysely's builders cost more than SQLite's answer, so every fixed query goes this way.
// Knows no table and no dialect.
import type { Compilable, CompiledQuery } from "kysely";
import type { Session } from "./session.ts";

/** Stands for a value while a query is built. */
export interface Argument<Values extends object> {
  <Name extends keyof Values & string>(name: Name): Values[Name];
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const fixed = new WeakSet<object>();

/** Whether the query was compiled by {@link prepare}: its text comes again and again, so a server may keep it prepared. */
export function isPrepared({ query }: CompiledQuery): boolean {
  return fixed.has(query);
}

/** A compiled query that takes named values. */
export class PreparedQuery<Values extends object, Row> {
  readonly #query: CompiledQuery<Row>;

  constructor(query: CompiledQuery<Row>) {
    this.#query = query;
    fixed.add(query.query);
  }

  /** All rows. */
  async rows(session: Session, values: Values): Promise<readonly Row[]> {
    return (await session.run(this.bind(values))).rows;
  }

  /** The first row, where there is one. */
  async first(session: Session, values: Values): Promise<Row | undefined> {
    return (await session.run(this.bind(values))).rows[0];
  }

  /** How many rows a write matched. */
  async affected(session: Session, values: Values): Promise<number> {
    return Number((await session.run(this.bind(values))).numAffectedRows ?? 0n);
  }

  /** The query with its values, for a session that answers at once. */
  bind(values: Values): CompiledQuery<Row> {
    const { query, queryId, sql, parameters: slots } = this.#query;
    const parameters: unknown[] = [];
    for (const slot of slots) {
      parameters.push(slot instanceof Placeholder ? values[slot.name as keyof Values] : slot);
    }
    return { query, queryId, sql, parameters };
  }
}

/**
 * Compiles a query once. Write the values' names and types at the parameter:
 * `prepare((arg: Argument<{ realm: string }>) => kysely.selectFrom("realms").selectAll().where("realm", "=", arg("realm")))`.
 */
export function prepare<Values extends object, Row>(
  build: (arg: Argument<Values>) => Compilable<Row>,
): PreparedQuery<Values, Row> {
  const argument: Argument<Values> = (name) => new Placeholder(name) as unknown as Values[typeof name];
  return new PreparedQuery(build(argument).compile());
}

/** One argument per name, as an object: the row of an INSERT. */
export function each<Values extends object, Name extends keyof Values & string>(
  arg: Argument<Values>,
  names: readonly Name[],
): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, arg(name)])) as unknown as Pick<Values, Name>;
}
