// Compares an answer with what a case expects. Says where the first difference is; knows no HTTP.
import type { JsonObject, JsonValue } from "@latchkey/core";

/** How much more than the expected an answer may have. */
export interface Exactness {
  /** Whether objects may have no other members than the expected ones. */
  readonly exact: boolean;
  /** Members that may be there all the same. */
  readonly extra: readonly string[];
}

type Kind = (value: JsonValue | undefined) => boolean;

const isText =
  (pattern: RegExp): Kind =>
  (value) =>
    typeof value === "string" && pattern.test(value);

const kinds: Readonly<Record<string, Kind>> = {
  "<any>": (value) => value !== undefined,
  "<string>": (value) => typeof value === "string",
  "<int>": (value) => Number.isInteger(value),
  "<jwt>": isText(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  "<hex32>": isText(/^[0-9a-f]{32}$/),
  "<uuid4>": isText(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  "<shortuuid>": isText(/^[2-9A-HJ-NP-Za-km-z]{22}$/),
  "<url>": isText(/^https?:\/\/\S+$/),
};

/** Where and how a value differs from the expected one; `undefined` where it does not. */
export function differenceOf(
  actual: JsonValue | undefined,
  expected: JsonValue,
  exactness: Exactness,
  at = "$",
): string | undefined {
  const differs = `${at} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  if (typeof expected === "string") return matchesText(actual, expected) ? undefined : differs;
  if (typeof expected !== "object" || expected === null) return actual === expected ? undefined : differs;
  if (isList(expected)) {
    if (!isList(actual) || actual.length !== expected.length) return differs;
    return firstOf(expected.map((item, index) => differenceOf(actual[index], item, exactness, `${at}[${index}]`)));
  }
  if (typeof actual !== "object" || actual === null || isList(actual)) return differs;
  const members = Object.entries(expected);
  const unexpected = Object.keys(actual).find(
    (name) => !Object.hasOwn(expected, name) && !exactness.extra.includes(name),
  );
  if (exactness.exact && unexpected !== undefined) return `${at}.${unexpected} is not expected`;
  return firstOf(members.map(([name, member]) => differenceOf(own(actual, name), member, exactness, `${at}.${name}`)));
}

function matchesText(actual: JsonValue | undefined, expected: string): boolean {
  const kind = kinds[expected];
  if (kind !== undefined) return kind(actual);
  const [, form, argument = ""] = /^<(regex|contains):([^]*)>$/.exec(expected) ?? [];
  if (form === undefined) return actual === expected;
  if (typeof actual !== "string") return false;
  return form === "regex" ? new RegExp(argument, "u").test(actual) : actual.includes(argument);
}

/** A member of an object, not one that it inherits. */
export function own(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const firstOf = (differences: readonly (string | undefined)[]) => differences.find((one) => one !== undefined);
