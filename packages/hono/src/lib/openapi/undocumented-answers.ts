// Holds answers that occurred against the document that promised them.
import type { JsonObject } from "@latchkey/core";
import type { AnswerRecord } from "../mount-options.ts";
import type { OpenApiDocument } from "./openapi-document.ts";

/**
 * Answers of documented operations whose status the document does not list, one line for each kind: `logIn answered 418`.
 * Collect them with `mountRealm(…, { observe })`. Paths and methods that the contract does not have are no operations, so 404 and 405 there are not counted.
 */
export function undocumentedAnswers(document: OpenApiDocument, answers: Iterable<AnswerRecord>): readonly string[] {
  const documented = new Map<string, ReadonlySet<string>>();
  for (const item of Object.values(document["paths"] as Readonly<Record<string, JsonObject>>)) {
    for (const operation of Object.values(item) as readonly JsonObject[]) {
      const { operationId, responses } = operation;
      if (typeof operationId === "string") documented.set(operationId, new Set(Object.keys(responses as JsonObject)));
    }
  }
  const found = new Set<string>();
  for (const { operation, status } of answers) {
    if (operation === undefined || documented.get(operation)?.has(String(status))) continue;
    found.add(`${operation} answered ${status}`);
  }
  return [...found];
}
