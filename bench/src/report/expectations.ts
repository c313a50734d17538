// What a run is expected to find, and whether it did. Nothing fails for a time: the reader judges.
import { median } from "../statistics.ts";
import { mediansFor, type RunReport } from "./run-report.ts";

/** A figure that is expected of a run. */
export interface Expectation {
  readonly what: string;
  /** NaN where it was not measured. */
  readonly found: number;
  /** Of ratios between servers: the same by CPU time per request, which others at work on the machine disturb least. */
  readonly byCpu?: number;
  readonly expected: string;
  /** `undefined` where the rounds were too disturbed to say. */
  readonly holds: boolean | undefined;
  readonly digits: number;
}

/** Ratios of our rate to another's: what, our work, the other subject, its work, at least, and where it is not the usual one, our subject. */
const ratios: readonly (readonly [
  what: string,
  work: string,
  subject: string,
  itsWork: string,
  least: number,
  ours?: string,
])[] = [
  ["`me` ÷ bare Hono hello", "me", "bare-hello", "hello", 0.45],
  ["`me` ÷ better-auth", "me", "better-auth-full", "me", 20],
  ["`me` ÷ oidc-provider", "me", "oidc-provider-full", "me", 3.5],
  ["`me` ÷ SimpleJWT", "me", "simplejwt-full", "me", 10],
  ["refresh on disk ÷ bare undurable refresh, EdDSA", "refresh", "bare-eddsa", "refresh", 1],
  ["the same with 64 connections", "refresh-64", "bare-eddsa", "refresh-64", 1],
  ["refresh ÷ better-auth, both on disk", "refresh", "better-auth-full", "refresh", 18],
  ["refresh ÷ oidc-provider, both on disk", "refresh", "oidc-provider-full", "refresh", 5],
  ["refresh ÷ SimpleJWT, both on disk", "refresh", "simplejwt-full", "refresh", 20],
  ["refresh ÷ better-auth, both on PostgreSQL", "refresh", "better-auth-postgres", "refresh", 8, "latchkey-postgres"],
  ["introspection ÷ oidc-provider", "introspect", "oidc-provider-full", "introspect", 2],
];

/** What is expected, and what came out. */
export function expectationsOf(report: RunReport): readonly Expectation[] {
  const cost = (name: string) => median(report.costs[name] ?? []);
  const unknown = mediansFor(report, "latchkey", "me-unknown");
  const floor = mediansFor(report, "bare-eddsa", "me");
  const logIn = mediansFor(report, "latchkey", "login");
  const quiet = mediansFor(report, "latchkey", "me");
  const busy = mediansFor(report, "latchkey", "me-beside-login");
  const highest = Math.max(
    ...report.series.filter((one) => one.subject === "latchkey").flatMap((one) => one.highestMegabytes),
  );
  return [
    ...ratios.map((one) => ratio(report, ...one)),
    atMost(
      "CPU of `me` with an unknown token ÷ bare EdDSA",
      quotient(unknown?.cpuPerRequest, floor?.cpuPerRequest),
      1.15,
      2,
    ),
    atLeast("log-in ÷ raw argon2id on the same core", quotient(logIn?.requestsPerSecond, cost("argon2id")), 0.85),
    atMost("p95 of `me` beside log-ins ÷ without", quotient(busy?.p95, quiet?.p95), 5, 1),
    atLeast("a resource server's known tokens, per second on one core", cost("resource-server-known"), 500_000, 0),
    atLeast(
      "a resource server's unknown tokens ÷ jose",
      quotient(cost("resource-server-unknown"), cost("jose-verify")),
      0.9,
    ),
    atLeast("known tokens verified in process, per second on one core", cost("verify-known"), 300_000, 0),
    atMost("first answer on an empty folder, ms", median(report.starts.firstMilliseconds), 500),
    atMost("first answer on an existing database, ms", median(report.starts.againMilliseconds), 500),
    atMost("idle memory, MB", median(report.starts.idleMegabytes), 120),
    atMost("highest memory after all works, MB", highest, 160),
  ];
}

function ratio(
  report: RunReport,
  what: string,
  work: string,
  subject: string,
  itsWork: string,
  least: number,
  subjectOfOurs = "latchkey",
): Expectation {
  const ours = mediansFor(report, subjectOfOurs, work);
  const theirs = mediansFor(report, subject, itsWork);
  const found = quotient(ours?.requestsPerSecond, theirs?.requestsPerSecond);
  const byCpu = quotient(theirs?.cpuPerRequest, ours?.cpuPerRequest);
  const comparable = ours?.comparable === true && theirs?.comparable === true;
  return { ...atLeast(what, found, least), byCpu, holds: comparable ? Math.min(found, byCpu) >= least : undefined };
}

function atLeast(what: string, found: number, least: number, digits = 2): Expectation {
  return { what, found, expected: `≥ ${least.toLocaleString("en")}`, holds: found >= least, digits };
}

function atMost(what: string, found: number, most: number, digits = 0): Expectation {
  return { what, found, expected: `≤ ${most}`, holds: found <= most, digits };
}

/** NaN where a side was not measured. */
function quotient(left: number | undefined, right: number | undefined): number {
  return (left ?? Number.NaN) / (right ?? Number.NaN);
}
