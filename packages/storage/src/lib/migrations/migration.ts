// What a migration is. A migration is a list of statements, not a program, so that it can be printed before it is run.
// Types only.
import type { Compilable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";

/** A step from one version of the schema to the next. Once released it never changes. */
export interface Migration {
  readonly name: string;
  /** The oldest schema version whose releases run on the schema after this step. Rises only with a new major version: the other steps only add. */
  readonly readableFrom: number;
  /** The statements in order, in the engine's dialect. */
  statements(database: Database): readonly Compilable[];
}
