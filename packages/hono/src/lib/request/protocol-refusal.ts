// A request that is refused before any use case sees it. The profile words it.
import type { ProtocolProblem } from "@latchkey/contracts";
import type { FieldProblems } from "@latchkey/core";

/** Thrown while a request is read; caught by the operation that reads it. */
export class ProtocolRefusal extends Error {
  readonly problem: ProtocolProblem;
  /** What the parser says, for profiles that repeat it. */
  readonly detail: string;

  constructor(problem: ProtocolProblem, detail = "") {
    super(problem);
    this.name = "ProtocolRefusal";
    this.problem = problem;
    this.detail = detail;
  }
}

/** Thrown when fields are not in order; problems stand under the contract's own field names. */
export class FieldRefusal extends Error {
  readonly fields: FieldProblems;

  constructor(fields: FieldProblems) {
    super("fields");
    this.name = "FieldRefusal";
    this.fields = fields;
  }
}
