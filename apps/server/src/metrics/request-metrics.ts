// Counts answers and refusals. Plain numbers found by realm, operation and status: what it costs is paid by each request. Labels come from contracts only, so they are bounded.
import type { AnswerRecord, LogEntry } from "@latchkey/hono";
import type { PurgeCounts } from "@latchkey/core";
import { family, histogram } from "./exposition.ts";
import type { Sample } from "./exposition.ts";

/** Upper bounds of durations, in seconds. */
export const durationBounds: readonly number[] = Object.freeze([
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]);

interface OperationCounts {
  readonly durations: Float64Array;
  readonly statuses: Map<number, number>;
  seconds: number;
}

interface Counted {
  readonly realms: Map<string, Map<string, OperationCounts>>;
  readonly refusals: Map<string, Map<string, Map<string, number>>>;
  readonly purged: Map<string, Map<string, number>>;
}

/** What was counted since the start. */
export interface RequestMetrics {
  observe(record: Pick<AnswerRecord, "realm" | "operation" | "status" | "durationMilliseconds">): void;
  refused(entry: Pick<LogEntry, "realm" | "operation" | "code">): void;
  purged(realm: string, counts: PurgeCounts): void;
  /** In the text format. */
  text(): string;
}

/** The operation of what no contract has. */
const none = "none";

/** Starts counting. */
export function createRequestMetrics(): RequestMetrics {
  const counted: Counted = { realms: new Map(), refusals: new Map(), purged: new Map() };
  const { realms, refusals, purged } = counted;
  return {
    observe({ realm, operation = none, status, durationMilliseconds }) {
      const counts = entry(entry(realms, realm, newMap<OperationCounts>), operation, newCounts);
      const seconds = durationMilliseconds / 1000;
      let bucket = 0;
      while (bucket < durationBounds.length && seconds > durationBounds[bucket]!) bucket++;
      counts.durations[bucket]! += 1;
      counts.seconds += seconds;
      counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
    },
    refused({ realm, operation = none, code = "internal_error" }) {
      add(entry(entry(refusals, realm, newMap<Map<string, number>>), operation, newMap<number>), code, 1);
    },
    purged(realm, counts) {
      for (const [what, count] of Object.entries(counts)) add(entry(purged, realm, newMap<number>), what, count);
    },
    text: () => write(counted),
  };
}

function write({ realms, refusals, purged }: Counted): string {
  const operations = [...realms].flatMap(([realm, byOperation]) =>
    [...byOperation].map(([operation, counts]) => ({ labels: { realm, operation }, counts })),
  );
  const refused = [...refusals].flatMap(([realm, byOperation]) =>
    [...byOperation].flatMap(([operation, codes]) => samples({ realm, operation }, "code", codes)),
  );
  const rows = [...purged].flatMap(([realm, counts]) => samples({ realm }, "what", counts));
  return [
    family(
      "counter",
      "latchkey_requests_total",
      "Answered requests, by operation of the contract and status.",
      operations.flatMap(({ labels, counts }) => samples(labels, "status", counts.statuses)),
    ),
    histogram(
      "latchkey_request_duration_seconds",
      "From the request's headers to the answer.",
      operations.map(({ labels, counts }) => ({
        labels,
        bounds: durationBounds,
        counts: counts.durations,
        sum: counts.seconds,
      })),
    ),
    family(
      "counter",
      "latchkey_refusals_total",
      "Refusals and faults by their error code: rate_limited is throttled, busy a full hash queue, internal_error a bug.",
      refused,
    ),
    family("counter", "latchkey_purged_rows_total", "Rows that had expired and were deleted by this process.", rows),
  ].join("");
}

const newMap = <Value>() => new Map<string, Value>();
const newCounts = (): OperationCounts => ({
  durations: new Float64Array(durationBounds.length + 1),
  statuses: new Map(),
  seconds: 0,
});

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function add(map: Map<string, number>, key: string, count: number): void {
  map.set(key, (map.get(key) ?? 0) + count);
}

function samples(
  labels: Readonly<Record<string, string>>,
  name: string,
  counts: ReadonlyMap<string | number, number>,
): readonly Sample[] {
  return [...counts].map(([value, count]) => [{ ...labels, [name]: value }, count]);
}
