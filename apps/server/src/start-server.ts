// Composition: configuration → database → master key → realms → application → listener. It decides the order and the way back, nothing else.
import { nodePlatform } from "@latchkey/core/node";
import type { Clock } from "@latchkey/core";
import type { Polls } from "@latchkey/storage";
import { startBackgroundPurge } from "./background-purge.ts";
import type { Configuration } from "./config/configuration.ts";
import type { Database } from "./database/database.ts";
import { findMasterKey } from "./database/master-key.ts";
import { openReadyDatabase } from "./database/open-database.ts";
import { createClientAddress } from "./http/client-address.ts";
import type { AnswerRecord } from "@latchkey/hono";
import { createApp } from "./http/create-app.ts";
import type { AppParts } from "./http/create-app.ts";
import { createReadiness } from "./http/health.ts";
import { listen } from "./http/listen.ts";
import type { Listener, ListenerName } from "./http/listen.ts";
import { createRootPage } from "./http/root-page-data.ts";
import type { ServerApp } from "./http/server-app.ts";
import { createSender } from "./messages/create-sender.ts";
import { createUploads } from "./uploads/create-uploads.ts";
import type { Log } from "./log.ts";
import { createOperatorApp } from "./metrics/operator-app.ts";
import type { RequestMetrics } from "./metrics/request-metrics.ts";
import { createRequestMetrics } from "./metrics/request-metrics.ts";
import { checkRealms, createRealm } from "./realms.ts";
import type { Realm } from "./realms.ts";

const readinessTimeoutMilliseconds = 2_000;

/** A server under way. */
export interface RunningServer {
  readonly port: number;
  /** Where metrics are; `undefined`: nowhere. */
  readonly metricsPort: number | undefined;
  readonly realms: readonly Realm[];
  /** Answers what is under way, for at most `graceMilliseconds`, then closes realms and database. Says whether everything was answered. */
  close(graceMilliseconds: number): Promise<boolean>;
}

/** Everything but the listener. */
export interface ComposedServer {
  readonly app: ServerApp;
  /** Metrics and health with detail. */
  readonly operatorApp: ServerApp;
  readonly realms: readonly Realm[];
  /** What the listener of `app` tells of its polls, where the database has use for that. */
  readonly polls: Polls | undefined;
  /** From now on it is not ready any more. */
  announceEnd(): void;
  close(): Promise<void>;
}

/** Starts everything that the configuration names; where a step fails, those before it are undone. */
export async function startServer(configuration: Configuration, log: Log): Promise<RunningServer> {
  const server = await composeServer(configuration, log);
  const { host, port, metrics, http: limits } = configuration;
  let operators: Listener | undefined;
  try {
    // First, so that a port that is taken is told before anybody is served.
    if (metrics !== null)
      operators = await listen({ ...metrics, app: server.operatorApp, limits, named: metricsListener });
    const listener = await listen({ host, port, app: server.app, limits, polls: server.polls });
    return {
      port: listener.port,
      metricsPort: operators?.port,
      realms: server.realms,
      async close(graceMilliseconds) {
        server.announceEnd();
        const answered = await listener.close(graceMilliseconds);
        await operators?.close(0);
        await server.close();
        return answered;
      },
    };
  } catch (error) {
    await operators?.close(0);
    await server.close();
    throw error;
  }
}

const metricsListener: ListenerName = {
  host: "METRICS_HOST",
  port: "METRICS_PORT",
  hint: "\n(It is the port for metrics: each Latchkey on a machine needs one of its own, or METRICS_PORT=0 for none.)",
};

/** Opens and starts everything but the listener; where a step fails, those before it are undone. */
export async function composeServer(
  configuration: Configuration,
  log: Log,
  options: { /** Default: the system's. */ readonly clock?: Clock } = {},
): Promise<ComposedServer> {
  await checkRealms(configuration);
  const undo: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const database = await openReadyDatabase(configuration.database, { missing: "create" });
    undo.push(() => database.close());
    const { realms, masterKey } = await startRealms(configuration, database, log, options.clock);
    const { publicUrl } = configuration;
    const now = () => (options.clock ?? Date).now();
    undo.push(() => Promise.all(realms.map((realm) => realm.provider.close())));
    const providers = realms.map((realm) => realm.provider);
    const requests = createRequestMetrics();
    const purge = startBackgroundPurge({ ...configuration.purge, providers, log, onPurged: requests.purged });
    undo.push(() => purge.close());
    let ending = false;
    const readiness = createReadiness({
      storage: database.storage,
      providers,
      isEnding: () => ending,
      timeoutMilliseconds: readinessTimeoutMilliseconds,
    });
    const app = createApp({
      realms,
      aliases: configuration.only,
      publicUrl,
      uploads: createUploads(configuration.uploads, { masterKey, publicUrl, now }),
      now,
      swagger: configuration.swagger,
      clientAddress: createClientAddress(configuration.trustedProxies),
      readiness,
      log,
      bodyBytes: configuration.http.bodyBytes,
      ...observation(configuration, log, requests),
      ...(configuration.rootPage ? { rootPage: createRootPage({ configuration, database, realms }) } : {}),
    });
    return {
      app,
      operatorApp: createOperatorApp({ realms, database, readiness, requests }),
      realms,
      polls: database.polls,
      announceEnd: () => {
        ending = true;
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

// Where nobody looks, nothing is counted.
function observation(
  { metrics }: Configuration,
  log: Log,
  requests: RequestMetrics,
): Pick<AppParts, "observe" | "onRefusal"> {
  const observers = [
    ...(metrics === null ? [] : [requests.observe]),
    ...(log.isLevelEnabled("debug") ? [(record: AnswerRecord) => log.debug(record, "Answered")] : []),
  ];
  if (observers.length === 0) return {};
  return {
    observe: observers.length === 1 ? observers[0]! : (record) => observers.forEach((observer) => observer(record)),
    ...(metrics !== null && { onRefusal: requests.refused }),
  };
}

// One after the other: on a database that is new each writes.
async function recordConfigurations(configuration: Configuration, realms: readonly Realm[]): Promise<void> {
  for (const { name, contract, mount, provider } of realms) {
    const { signing, secrets, resourceServers } = configuration.realms.find((realm) => realm.name === name)!;
    await provider.recordConfiguration({
      contract: contract.id,
      mount,
      signing: secrets.length > 0 ? "HS256" : signing,
      resource_servers: resourceServers.map(({ id }) => id),
    });
  }
}

async function startRealms(
  configuration: Configuration,
  database: Database,
  log: Log,
  clock: Clock | undefined,
): Promise<{ readonly realms: readonly Realm[]; readonly masterKey: Uint8Array }> {
  const { masterKey, formerMasterKeys, warning: odd } = await findMasterKey(configuration, database);
  for (const warning of [...configuration.warnings, odd]) if (warning !== undefined) log.warn(warning);
  const shared = {
    storage: database.storage,
    masterKey,
    formerMasterKeys,
    platform: nodePlatform(),
    configuration,
    onBackgroundError: (error: unknown) => log.error({ err: error }, "Background work failed"),
    messageSender: createSender(configuration.messaging),
    ...(clock === undefined ? {} : { clock }),
  };
  const realms = await Promise.all(configuration.realms.map((realm) => createRealm(realm, shared)));
  try {
    await Promise.all(realms.map((realm) => realm.provider.start()));
    await recordConfigurations(configuration, realms);
    return { realms, masterKey };
  } catch (error) {
    await Promise.all(realms.map((realm) => realm.provider.close()));
    throw error;
  }
}
