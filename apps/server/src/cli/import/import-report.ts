// Counts what became of each record, shows how far it is, and keeps what was refused and why. Never a password's hash.
import type { FieldProblem, FieldProblems, IdentityError } from "@latchkey/core";
import { fieldSentence } from "../explain-failure.ts";
import type { Io } from "../io.ts";

/** A record that was refused. */
export interface Refusal {
  readonly line: number;
  readonly account: Readonly<Record<string, string>>;
  readonly reasons: readonly string[];
}

/** The counts of a run. */
export interface ImportCounts {
  imported: number;
  present: number;
  refused: number;
  skipped: number;
  withoutPassword: number;
  withoutLogIn: number;
}

const progressMilliseconds = 1_000;
const shownRefusals = 20;

/** The report of one run. */
export class ImportReport {
  readonly counts: ImportCounts = {
    imported: 0,
    present: 0,
    refused: 0,
    skipped: 0,
    withoutPassword: 0,
    withoutLogIn: 0,
  };
  readonly reasons: Map<string, number> = new Map();
  readonly #io: Io;
  readonly #writeRefusal: ((refusal: Refusal) => void) | undefined;
  readonly #started = performance.now();
  #shownAt = performance.now();

  constructor(io: Io, writeRefusal: ((refusal: Refusal) => void) | undefined) {
    this.#io = io;
    this.#writeRefusal = writeRefusal;
  }

  /** Keeps a refusal: in the file, or the first of them on standard error. */
  refuse(refusal: Refusal): void {
    this.counts.refused++;
    for (const reason of refusal.reasons) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (this.#writeRefusal !== undefined) return this.#writeRefusal(refusal);
    if (this.counts.refused <= shownRefusals)
      this.#io.stderr.write(`line ${refusal.line}: ${JSON.stringify(refusal.account)} ${refusal.reasons.join("; ")}\n`);
    else if (this.counts.refused === shownRefusals + 1)
      this.#io.stderr.write("More were refused; --refused FILE keeps them all.\n");
  }

  /** Says how far it is, once a second. */
  progress(): void {
    if (performance.now() - this.#shownAt < progressMilliseconds) return;
    this.#shownAt = performance.now();
    const { imported, present, refused, skipped } = this.counts;
    const rate = Math.round(((imported + present + refused + skipped) * 1000) / (this.#shownAt - this.#started));
    this.#io.stderr.write(`imported ${imported}, already there ${present}, refused ${refused} (${rate} records/s)\n`);
  }

  /** Since the beginning. */
  seconds(): number {
    return Math.round(performance.now() - this.#started) / 1000;
  }
}

/** Why core refused, in words. */
export function refusalReasons({ code, fields, kinds }: IdentityError): readonly string[] {
  if (fields !== undefined) return problemReasons(fields);
  return code === "identifier_taken" ? [`another account has this ${kinds.join(" and ")}`] : [code];
}

const ownNames: Readonly<Record<string, string>> = { passwordHash: "password_hash", createdAt: "created_at" };

/** What is wrong with a record's members, in words. */
export function problemReasons(fields: FieldProblems): readonly string[] {
  return Object.entries(fields).flatMap(([name, problems]) =>
    problems.map((problem) => `${ownNames[name] ?? name} ${problemWords(name, problem)}`),
  );
}

function problemWords(name: string, problem: FieldProblem): string {
  return name === "passwordHash"
    ? "is of no format that can be verified here, or asks for more work than is allowed"
    : fieldSentence(problem);
}
