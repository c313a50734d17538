// For operators, on a port of its own: metrics, and health with detail. Never mounted on the public application (OP-10).
import type { HttpBindings } from "@hono/node-server";
import type { StorageLoad } from "@latchkey/storage";
import { Hono } from "hono";
import type { Readiness } from "../http/health.ts";
import type { ServerApp } from "../http/server-app.ts";
import type { Realm } from "../realms.ts";
import { expositionType } from "./exposition.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import { stateMetrics } from "./state-metrics.ts";

/** What operators see. */
export interface OperatorParts {
  readonly realms: readonly Realm[];
  readonly database: { readonly name: string; load(): StorageLoad };
  readonly readiness: Readiness;
  readonly requests: RequestMetrics;
}

const headers: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
};

/** Builds the application: `GET /metrics` and `GET /health`. */
export function createOperatorApp({ realms, database, readiness, requests }: OperatorParts): ServerApp {
  const app: ServerApp = new Hono<{ Bindings: HttpBindings }>();
  const states = () => realms.map(({ name, provider }) => ({ name, status: provider.status() }));
  app.get("/metrics", (c) =>
    c.body(requests.text() + stateMetrics(states(), database.load()), 200, {
      ...headers,
      "content-type": expositionType,
    }),
  );
  app.get("/health", async (c) => {
    const ready = await readiness();
    const body = {
      status: ready ? "ready" : "unavailable",
      database: { name: database.name, load: database.load() },
      realms: states().map(({ name, status }) => ({
        name,
        ready: status.ready,
        revocations: status.revocations,
        password_queue: status.passwordQueue,
        keys: status.keys.map(({ kid, use, algorithm, state }) => ({ kid, use, algorithm, state })),
      })),
    };
    return c.json(body, ready ? 200 : 503, headers);
  });
  app.notFound((c) => c.text("GET /metrics or /health\n", 404, headers));
  return app;
}
