// Health for load balancers: alive means that the process answers, ready that it should get requests. No detail: details are for operators.
import type { Storage } from "@latchkey/core/ports";
import type { IdentityProvider } from "@latchkey/core";
import type { ServerApp } from "./server-app.ts";

/** Whether the server should get requests. */
export type Readiness = () => Promise<boolean>;

/** Ready: not ending, the store answers in time, and every provider has its keys and revocations. */
export function createReadiness(parts: {
  readonly storage: Storage;
  readonly providers: readonly IdentityProvider[];
  readonly isEnding: () => boolean;
  readonly timeoutMilliseconds: number;
}): Readiness {
  return async () => {
    if (parts.isEnding() || !parts.providers.every((provider) => provider.status().ready)) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, parts.timeoutMilliseconds, false);
    });
    const answers = parts.storage.ping().then(
      () => true,
      () => false,
    );
    return await Promise.race([answers, late]).finally(() => clearTimeout(timer));
  };
}

/** Serves `/health/live` and `/health/ready`. */
export function mountHealth(app: ServerApp, readiness: Readiness): void {
  app.get("/health/live", (c) => c.json({ status: "live" }, 200, { "cache-control": "no-store" }));
  app.get("/health/ready", async (c) => {
    const ready = await readiness();
    return c.json({ status: ready ? "ready" : "unavailable" }, ready ? 200 : 503, { "cache-control": "no-store" });
  });
}
