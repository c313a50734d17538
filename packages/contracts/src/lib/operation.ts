// A row of a contract's table, for operations with one path.
import type { JsonValue } from "@latchkey/core";
import type { OperationName } from "./domain-operations.ts";
import type { WireOperation } from "./wire-contract.ts";

/** What a row says beside its use case, its place and its summary. */
export interface OperationRow<Name extends OperationName> extends Omit<
  WireOperation<Name>,
  "does" | "method" | "paths" | "document"
> {
  readonly tag: string;
  readonly description?: string;
  /** Default: the use case's name. */
  readonly operationId?: string;
  readonly requestSchema?: string;
  readonly exampleName?: string;
  readonly success?: JsonValue;
}

/** Makes an operation of a row: `operation("logIn", "POST /login", "Log in", { … })`. */
export function operation<Name extends OperationName>(
  does: Name,
  at: `${WireOperation["method"]} /${string}`,
  summary: string,
  row: OperationRow<Name>,
): WireOperation<Name> {
  const { tag, description, operationId = does, requestSchema, exampleName, success, ...rest } = row;
  const [method, path] = at.split(" ") as [WireOperation["method"], string];
  return {
    ...rest,
    does,
    method,
    paths: [path],
    document: {
      operationId,
      summary,
      tag,
      ...(description !== undefined && { description }),
      ...(requestSchema !== undefined && { requestSchema }),
      ...(exampleName !== undefined && { exampleName }),
      ...(success !== undefined && { success }),
    },
  };
}
