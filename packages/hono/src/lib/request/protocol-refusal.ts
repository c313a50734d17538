// A request that is refused before any use case sees it. The profile words it.
import type { ProtocolProblem } from "@latchkey/contracts";
import type { FieldProblems, JsonValue, Principal } from "@latchkey/core";
import { IdentityError } from "@latchkey/core/errors";

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

/** Thrown when a Bearer header is bad where none was asked for; `cause` says why. */
export class BearerRefusal extends Error {
  constructor(cause: unknown) {
    super("bearer", { cause });
    this.name = "BearerRefusal";
  }
}

/** Thrown when fields are not in order; problems stand under the contract's own field names. */
export class FieldRefusal extends Error {
  readonly fields: FieldProblems;
  /** Values by target of the fields that are in order. */
  readonly values: Readonly<Record<string, JsonValue>>;
  /** Whether it is the realm that refuses them: their types are right. */
  readonly byRealm: boolean;

  constructor(fields: FieldProblems, values: Readonly<Record<string, JsonValue>>, byRealm = false) {
    super("fields");
    this.name = "FieldRefusal";
    this.fields = fields;
    this.values = values;
    this.byRealm = byRealm;
  }
}

/** The bearer may not do this. */
export class ForbiddenRefusal extends IdentityError {
  readonly principal: Principal;

  constructor(principal: Principal) {
    super("forbidden");
    this.principal = principal;
  }
}
