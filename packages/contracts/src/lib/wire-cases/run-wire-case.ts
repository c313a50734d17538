// Runs a case step by step: fills in variables, sends, compares, remembers. Throws an error that names the step and the first difference.
import type { JsonObject, JsonValue } from "@latchkey/core";
import { differenceOf, own } from "./match-value.ts";
import type { WireCase, WireCaseAnswer, WireCaseStep, WireCaseTarget } from "./wire-case.ts";

type Variables = Map<string, string>;

/** Runs a case. @throws Error naming the step and what differs */
export async function runWireCase(wireCase: WireCase, target: WireCaseTarget): Promise<void> {
  const variables = freshVariables();
  for (const [index, written] of wireCase.steps.entries()) {
    const step = fill(written as unknown as JsonValue, variables) as unknown as WireCaseStep;
    const where = `step ${index + 1}: ${step.hook ?? `${step.method} ${step.path}`}`;
    if (step.hook !== undefined) {
      const hook = target.hooks[step.hook];
      if (hook === undefined) throw new Error(`${where}: there is no such hook here`);
      for (const [name, value] of Object.entries(await hook(step.args ?? {}))) variables.set(name, value);
      continue;
    }
    const answer = await send(step, target);
    const difference = judge(step, answer);
    if (difference !== undefined) {
      throw new Error(`${where}: ${difference}\nanswered ${answer.status} ${answer.text.slice(0, 2_000)}`);
    }
    for (const [name, place] of Object.entries(step.save ?? {})) variables.set(name, saved(answer, place));
  }
}

function send(step: WireCaseStep, target: WireCaseTarget): Promise<WireCaseAnswer> {
  const { method = "GET", path = "/", headers = {}, body, rawBody } = step;
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  return target.send({ method, path, headers, body: sent });
}

function judge(step: WireCaseStep, answer: WireCaseAnswer): string | undefined {
  const { expectStatus: status, expectRawContains: contained } = step;
  const statuses = typeof status === "number" ? [status] : status;
  if (statuses !== undefined && !statuses.includes(answer.status)) return `status is not ${statuses.join(" or ")}`;
  if (contained !== undefined && !answer.text.includes(contained)) return `the body does not contain ${contained}`;
  if (step.expectEmptyBody === true && answer.text !== "") return "the body is not empty";
  return judgeHeaders(step, answer) ?? judgeBody(step, answer) ?? judgeTokens(step, answer);
}

function judgeHeaders({ expectHeaders = {} }: WireCaseStep, { headers }: WireCaseAnswer): string | undefined {
  for (const [name, expected] of Object.entries(expectHeaders)) {
    const difference = differenceOf(headers.get(name) ?? undefined, expected, { exact: false, extra: [] }, name);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function judgeBody(step: WireCaseStep, answer: WireCaseAnswer): string | undefined {
  const { expectBody, expectBodyExact: exact = false, bodyMayAlsoHave: extra = [], expectKeyOrder: order } = step;
  if (expectBody === undefined && order === undefined) return undefined;
  const body = parse(answer.text);
  if (body === undefined) return "the body is no JSON";
  const bodies = expectBody === "<anyOf>" ? (step.anyOf ?? []) : expectBody === undefined ? [] : [expectBody];
  const differences = bodies.map((expected) => differenceOf(body, expected, { exact, extra }));
  if (differences.length > 0 && differences.every((one) => one !== undefined)) return differences.join("; nor: ");
  return order === undefined ? undefined : orderDifference(body, order, "$");
}

function judgeTokens({ expectClaims = {} }: WireCaseStep, answer: WireCaseAnswer): string | undefined {
  for (const [place, expected] of Object.entries(expectClaims)) {
    const { header, claims } = readToken(valueAt(parse(answer.text), place));
    const { header: expectedHeader, claims: expectedClaims = {}, exact = false, lifetime } = expected;
    const differences = [
      expectedHeader && differenceOf(header, expectedHeader, { exact: true, extra: [] }, `${place} header`),
      expectedHeader && orderDifference(header, Object.keys(expectedHeader), `${place} header`),
      differenceOf(claims, expectedClaims, { exact, extra: [] }, place),
      exact ? orderDifference(claims, Object.keys(expectedClaims), place) : undefined,
      lifetime !== undefined && Number(claims["exp"]) - Number(claims["iat"]) !== lifetime
        ? `${place} does not live ${lifetime} s: ${JSON.stringify(claims)}`
        : undefined,
    ];
    const first = differences.find((one) => one !== undefined);
    if (first !== undefined) return first;
  }
  return undefined;
}

function orderDifference(value: JsonValue, order: readonly string[], at: string): string | undefined {
  const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const known = names.filter((name) => order.includes(name));
  return known.join() === order.join() ? undefined : `${at} has ${names.join()}, not ${order.join()}`;
}

function saved(answer: WireCaseAnswer, place: string): string {
  const [, path = "", claim] = /^(?:jwt:)?(\$[^#]*)(?:#(.+))?$/.exec(place) ?? [];
  const value = valueAt(parse(answer.text), path);
  const found = claim === undefined ? value : own(readToken(value).claims, claim);
  if (found === undefined || found === null) throw new Error(`${place} is not in ${answer.text}`);
  return typeof found === "string" ? found : JSON.stringify(found);
}

// `$.a.b` and `$.a[0]`.
function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  const names = path.match(/[^.[\]$]+/g) ?? [];
  return names.reduce<JsonValue | undefined>(
    (inner, name) => (typeof inner === "object" && inner !== null ? own(inner as JsonObject, name) : undefined),
    value,
  );
}

function readToken(token: JsonValue | undefined): { readonly header: JsonObject; readonly claims: JsonObject } {
  const [header = "", claims = ""] = String(token).split(".");
  return { header: decode(header), claims: decode(claims) };
}

function decode(part: string): JsonObject {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function fill(value: JsonValue, variables: Variables): JsonValue {
  if (typeof value === "string") {
    return value.replace(/\{\{(\w+)\}\}/g, (written, name: string) => variables.get(name) ?? written);
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => fill(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, variables)]));
}

// `rand7` and `rand8` stand in telephone numbers: digits that a mobile number may begin with after its prefix.
function freshVariables(): Variables {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const digit = (index: number, digits: string) => digits[random[index]! % digits.length]!;
  const digits = (length: number) =>
    Array.from({ length }, (_, index) => digit(index, index === 0 ? "2346789" : "0123456789")).join("");
  const letters = (from: number, length: number) =>
    Array.from({ length }, (_, index) => digit(from + index, "abcdefghjkmnpqrstuvwxyz")).join("");
  return new Map([
    ["rand", letters(8, 10)],
    ["rand3", letters(20, 3)],
    ["rand7", digits(7)],
    ["rand8", digits(8)],
  ]);
}
