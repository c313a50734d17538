// Turns an operation's table of fields into a reader: built once at mount, one pass per request, every problem of every field at once.
// Must not know paths or replies.
import type { AnyWireOperation, FieldSource, WireField, WireProfile } from "@latchkey/contracts";
import type { FieldProblem, IdentityProvider, JsonValue } from "@latchkey/core";
import { FieldRefusal, ProtocolRefusal } from "./protocol-refusal.ts";

/** What a use case is called with: values by target. */
export type Values = Readonly<Record<string, JsonValue>>;

/** Where fields are looked up: entered values by source and name. */
export interface EnteredFields {
  readonly body: ReadonlyMap<string, JsonValue>;
  readonly query: ReadonlyMap<string, string>;
  readonly path: ReadonlyMap<string, string>;
  readonly header: (name: string) => string | undefined;
  readonly bearer: string | undefined;
}

/** Reads the fields of a request. @throws FieldRefusal, ProtocolRefusal path_unknown */
export type FieldReader = (entered: EnteredFields) => Values;

/** Fields of an operation by source. */
export function sourceOf(operation: AnyWireOperation, field: WireField): FieldSource {
  return field.in ?? (operation.method === "GET" ? "query" : "body");
}

/** Name and field of every field of an operation, in order. */
export function fieldsOf(operation: AnyWireOperation): readonly (readonly [string, WireField])[] {
  return Object.entries<WireField>(operation.fields ?? {});
}

type Lookup = (entered: EnteredFields, name: string) => JsonValue | undefined;

const lookups: { readonly [Source in FieldSource]: Lookup } = {
  body: (entered, name) => entered.body.get(name),
  query: (entered, name) => entered.query.get(name),
  path: (entered, name) => entered.path.get(name),
  header: (entered, name) => entered.header(name),
  bearer: (entered) => entered.bearer,
};

// Bounds of what an answer repeats of names that a caller made up.
const namedUnknownFields = 16;
const repeatableName = /^(?!__)[\p{L}\p{N}_.\-[\]]{1,64}$/u;

/** Compiles an operation's fields. */
export function compileFields(
  operation: AnyWireOperation,
  profile: WireProfile,
  provider: IdentityProvider,
): FieldReader {
  const fields = fieldsOf(operation).map(([name, field]) => ({
    name,
    field,
    source: sourceOf(operation, field),
    read: compileField(field, profile),
    domainCheck: compileDomainCheck(operation, field, provider),
  }));
  const known = {
    body: new Set(fields.filter(({ source }) => source === "body").map(({ name }) => name)),
    query: new Set(fields.filter(({ source }) => source === "query").map(({ name }) => name)),
  };
  const together = profile.domainChecks === "together";
  const oneByOne = profile.domainChecks === "one_by_one";
  return (entered) => {
    const values: Record<string, JsonValue> = {};
    const problems: Record<string, readonly FieldProblem[]> = {};
    let failed = false;
    for (const { name, field, source, read, domainCheck } of fields) {
      const outcome = read(lookups[source](entered, name));
      if (outcome === undefined) continue;
      const problem = "problem" in outcome ? [outcome.problem] : together ? domainCheck(outcome.value) : [];
      if (problem.length > 0) {
        if (source === "path") throw new ProtocolRefusal("path_unknown");
        problems[name] = problem;
        failed = true;
      } else if (field.to !== null && "value" in outcome) values[field.to] = outcome.value;
    }
    if (profile.unknownFields !== "ignored") failed = addUnknown(problems, entered.body, known.body) || failed;
    if (profile.unknownFields === "refused") failed = addUnknown(problems, entered.query, known.query) || failed;
    if (failed) throw new FieldRefusal(problems, values);
    if (oneByOne) {
      for (const { name, field, domainCheck } of fields) {
        const problem = field.to === null || values[field.to] === undefined ? [] : domainCheck(values[field.to]!);
        if (problem.length > 0) throw new FieldRefusal({ [name]: problem }, values, true);
      }
    }
    return values;
  };
}

type FieldOutcome = { readonly value: JsonValue } | { readonly problem: FieldProblem } | undefined;

function compileField(field: WireField, profile: WireProfile): (entered: JsonValue | undefined) => FieldOutcome {
  const { type } = field;
  const check = profile.checks[type.type] as (entered: JsonValue, type: unknown, checks: unknown) => FieldOutcome;
  const onAbsent: FieldOutcome = field.optional ? undefined : { problem: { problem: "required" } };
  const onNull: Record<NonNullable<WireField["null"]>, FieldOutcome> = {
    refused: { problem: { problem: "null" } },
    absent: onAbsent,
    clears: { value: null },
  };
  return (entered) => {
    if (entered === undefined) return onAbsent;
    if (entered === null) return onNull[field.null ?? "refused"];
    const value = profile.trimTexts && typeof entered === "string" ? entered.trim() : entered;
    if (value === "" && field.blank === "absent") return onAbsent;
    if (value === "" && !field.blank) return { problem: { problem: "blank" } };
    return check(value, type, profile.checks);
  };
}

// The realm's own rules, so that they are reported in one answer with the rest.
function compileDomainCheck(
  operation: AnyWireOperation,
  { to }: WireField,
  provider: IdentityProvider,
): (value: JsonValue) => readonly FieldProblem[] {
  if (to?.startsWith("identifiers.")) {
    const kind = to.slice("identifiers.".length);
    return (value) => {
      if (typeof value !== "string") return [];
      const check = provider.checkIdentifier(kind, value);
      return "problem" in check ? [check.problem] : [];
    };
  }
  const isNewPassword = to === "newPassword" || (to === "password" && operation.does === "signUp");
  return (value) => (isNewPassword && typeof value === "string" ? provider.checkPassword(value) : []);
}

function addUnknown(
  problems: Record<string, readonly FieldProblem[]>,
  entered: ReadonlyMap<string, JsonValue>,
  known: ReadonlySet<string>,
): boolean {
  let found = 0;
  for (const name of entered.keys()) {
    if (known.has(name)) continue;
    found++;
    if (found > namedUnknownFields) break;
    // A name that is not fit to be repeated is refused all the same.
    if (repeatableName.test(name)) problems[name] = [{ problem: "unknown_field" }];
  }
  return found > 0;
}
