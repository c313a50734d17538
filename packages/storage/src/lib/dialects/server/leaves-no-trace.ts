// Whether a query only reads, by its syntax tree: a lost answer to a read is nothing, a lost answer to a write may be a commit.
// Must not look at SQL text.
import type { CompiledQuery, RootOperationNode } from "kysely";

const known = new WeakMap<RootOperationNode, boolean>();

/** `true` for a SELECT whose WITH clauses are SELECTs; anything else may have written. */
export function leavesNoTrace({ query }: CompiledQuery): boolean {
  let answer = known.get(query);
  if (answer === undefined) {
    answer =
      query.kind === "SelectQueryNode" &&
      (query.with?.expressions ?? []).every(({ expression }) => expression.kind === "SelectQueryNode");
    known.set(query, answer);
  }
  return answer;
}
