// The few assertions that the conformance kit needs, so that it runs under any runner.

/** A promise of the storage port that was not kept. */
export class ConformanceFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConformanceFailure";
  }
}

/** Fails with `what` unless `condition` holds. */
export function ensure(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ConformanceFailure(what);
}

/** Fails unless both are the same data: properties in any order, absent and `undefined` alike, numbers and strings apart. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)];
  if (found !== wanted) throw new ConformanceFailure(`${what}: expected ${wanted}, found ${found}`);
}

/** Fails unless both hold the same data, in any order. */
export function equalSets(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  equal(actual.map(canonical).sort(), expected.map(canonical).sort(), what);
}

/** Fails unless the promise rejects with an error that `matches` accepts; returns the error. */
export async function rejects(promise: unknown, matches: (error: unknown) => boolean, what: string): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    if (matches(error)) return error;
    throw new ConformanceFailure(`${what}: rejected with ${String(error)}`);
  }
  throw new ConformanceFailure(`${what}: resolved with ${canonical(result)}`);
}

function canonical(value: unknown): string {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value instanceof Uint8Array) return `bytes(${value.join(",")})`;
  const properties = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = properties.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}
