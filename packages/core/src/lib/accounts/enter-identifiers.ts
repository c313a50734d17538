// Turns what a person entered into identifiers, with every problem of every field at once.
import type { FieldProblem, FieldProblems } from "../errors/field-problem.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { RealmPolicy } from "../realm-policy.ts";
import type { Identifier } from "./account.ts";
import { checkIdentifier } from "./identifier-rules.ts";

/** Normalises and checks identifiers by kind. @throws IdentityError request_malformed with `fields` by kind */
export function enterIdentifiers(
  entered: Readonly<Record<string, string>>,
  policy: RealmPolicy,
): readonly Identifier[] {
  const { identifiers, problems } = judgeIdentifiers(entered, policy);
  refuseProblems(problems);
  return identifiers;
}

/** Normalises identifiers by kind, and says what is wrong with the others. */
export function judgeIdentifiers(
  entered: Readonly<Record<string, string>>,
  policy: RealmPolicy,
): { readonly identifiers: readonly Identifier[]; readonly problems: FieldProblems } {
  const problems: Record<string, readonly FieldProblem[]> = {};
  const identifiers: Identifier[] = [];
  for (const [kind, value] of Object.entries(entered)) {
    const rule = Object.hasOwn(policy.identifiers, kind) ? policy.identifiers[kind] : undefined;
    const check =
      rule === undefined ? { problem: { problem: "unknown_field" } as const } : checkIdentifier(kind, value, rule);
    if ("problem" in check) problems[kind] = [check.problem];
    else identifiers.push(check.identifier);
  }
  return { identifiers, problems };
}

/** Throws `request_malformed` where there is a problem. */
export function refuseProblems(problems: FieldProblems): void {
  if (Object.keys(problems).length > 0) throw new IdentityError("request_malformed", { fields: problems });
}
