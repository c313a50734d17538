// What providers, database and process say of themselves, asked when somebody looks.
import type { ProviderStatus } from "@latchkey/core";
import type { StorageLoad } from "@latchkey/storage";
import { family, histogram } from "./exposition.ts";

/** A realm's name and state. */
export interface RealmState {
  readonly name: string;
  readonly status: ProviderStatus;
}

const unitBounds = [1, 2, 4, 8, 16, 32, 64];

/** The state in the text format. */
export function stateMetrics(realms: readonly RealmState[], load: StorageLoad): string {
  const gauge = (name: string, help: string, value: (status: ProviderStatus) => number) =>
    family(
      "gauge",
      name,
      help,
      realms.map((realm) => [{ realm: realm.name }, value(realm.status)]),
    );
  // Every realm tells of the same queue.
  const queue = realms[0]?.status.passwordQueue ?? { running: 0, waiting: 0 };
  return [
    gauge("latchkey_ready", "Whether keys and revocations are at hand.", ({ ready }) => Number(ready)),
    family("gauge", "latchkey_hash_queue_running", "Passwords that are being hashed.", [[{}, queue.running]]),
    family("gauge", "latchkey_hash_queue_waiting", "Passwords that wait to be hashed.", [[{}, queue.waiting]]),
    gauge(
      "latchkey_revocation_index_entries",
      "Entries of the revocation index.",
      (status) => status.revocations.entries,
    ),
    gauge(
      "latchkey_revocation_index_age_seconds",
      "Since the last good look at the revocation feed; 0 where every look is current.",
      (status) => status.revocations.ageMilliseconds / 1000,
    ),
    family(
      "gauge",
      "latchkey_signing_keys",
      "Keys by use and state.",
      realms.flatMap(({ name, status }) => keySamples(name, status)),
    ),
    family(
      "counter",
      "latchkey_throttled_total",
      "Requests that a limit of the realm refused.",
      realms.flatMap(({ name, status }) =>
        Object.entries(status.throttled).map(([limit, count]) => [{ realm: name, limit }, count] as const),
      ),
    ),
    loadMetrics(load),
    processMetrics(),
  ].join("");
}

function keySamples(realm: string, { keys }: ProviderStatus) {
  const byKind = Map.groupBy(keys, ({ use, state }) => `${use} ${state}`);
  return [...byKind.values()].map((same) => {
    const { use, state } = same[0]!;
    return [{ realm, use, state }, same.length] as const;
  });
}

function loadMetrics(load: StorageLoad): string {
  if (load.kind === "group_commit") {
    const { commits, units, waiting } = load;
    return (
      histogram("latchkey_commit_units", "Units that shared one commit.", [
        { labels: {}, bounds: unitBounds, counts: commits, sum: units },
      ]) + family("gauge", "latchkey_commit_waiting", "Units that wait for their turn.", [[{}, waiting]])
    );
  }
  const { asked, inUse, maximum } = load;
  return [
    family("gauge", "latchkey_pool_connections_in_use", "Connections to the database in use.", [[{}, inUse]]),
    family("gauge", "latchkey_pool_waiting", "Requests that wait for a connection.", [[{}, asked - inUse]]),
    family(
      "gauge",
      "latchkey_pool_connections_max",
      "Connections at most.",
      maximum === undefined ? [] : [[{}, maximum]],
    ),
  ].join("");
}

function processMetrics(): string {
  const { user, system } = process.cpuUsage();
  const started = Date.now() / 1000 - process.uptime();
  const { active } = performance.eventLoopUtilization();
  return [
    family("counter", "process_cpu_seconds_total", "CPU time.", [[{}, (user + system) / 1e6]]),
    family("gauge", "process_resident_memory_bytes", "Resident memory.", [[{}, process.memoryUsage.rss()]]),
    family("gauge", "process_start_time_seconds", "When the process started, since the epoch.", [[{}, started]]),
    family("counter", "nodejs_eventloop_active_seconds_total", "Time in which the event loop was busy.", [
      [{}, active / 1000],
    ]),
  ].join("");
}
