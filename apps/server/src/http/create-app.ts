// The application: realms at their mounts, documents, health, the page at `/`. It translates nothing: contracts do.
import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { mountFrontPage, mountRealm } from "@latchkey/hono";
import type { AnswerRecord, LogEntry } from "@latchkey/hono";
import { Hono } from "hono";
import type { Context } from "hono";
import type { Uploads } from "../uploads/create-uploads.ts";
import type { Log } from "../log.ts";
import type { ClientAddress } from "./client-address.ts";
import { mountDocuments } from "./documents.ts";
import { nodeRequest } from "./node-request.ts";
import { placeRealms } from "./place-realms.ts";
import type { Place } from "./place-realms.ts";
import { mountHealth } from "./health.ts";
import type { Readiness } from "./health.ts";
import { mountRefusals, refuseUnknownDocuments } from "./own-paths.ts";
import type { MountedRealm, ServerApp } from "./server-app.ts";

/** What the application is made of. */
export interface AppParts {
  readonly realms: readonly MountedRealm[];
  /** Whether a realm that is mounted alone answers `/signup` and `/login` wherever it is mounted; at `/` it does in any case. */
  readonly aliases: boolean;
  readonly publicUrl: string;
  readonly swagger: boolean;
  readonly clientAddress: ClientAddress;
  readonly readiness: Readiness;
  /** Where clients send files. */
  readonly uploads: Uploads;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** Renders `GET /`; absent where the configuration switches it off. */
  readonly rootPage?: (port: number) => Promise<{ readonly body: string; readonly policy: string }>;
  readonly observe?: (record: AnswerRecord) => void;
  /** Beside the log. */
  readonly onRefusal?: (entry: LogEntry) => void;
  /** Bodies larger than this are refused. */
  readonly bodyBytes: number;
}

/** Builds the application. */
export function createApp(parts: AppParts): ServerApp {
  const app: ServerApp = new Hono<{ Bindings: HttpBindings }>();
  mountHealth(app, parts.readiness);
  refuseUnknownDocuments(app);
  mountDocuments(app, parts.realms, parts.swagger);
  const places = placeRealms(parts);
  if (parts.rootPage !== undefined && !mountFrontPages(app, places)) mountRootPage(app, parts.rootPage);
  const log = (entry: LogEntry) => logEntry(parts.log, entry);
  mountRefusals(app, { realms: parts.realms, swagger: parts.swagger, rootPage: parts.rootPage !== undefined, log });
  const clientAddress = (c: Context) =>
    parts.clientAddress(
      (c.env as HttpBindings).incoming?.socket.remoteAddress,
      nodeRequest.header(c, "x-forwarded-for"),
    );
  if (parts.realms.some(({ contract }) => contract.operations.some(({ does }) => does === "signUploads")))
    parts.uploads.mount(app);
  for (const place of places) {
    mountRealm(app, {
      ...place,
      publicUrl: parts.publicUrl,
      clientAddress,
      source: nodeRequest,
      uploads: parts.uploads.signer,
      now: parts.now,
      bodyLimitBytes: parts.bodyBytes,
      log: (entry) => {
        parts.onRefusal?.(entry);
        logEntry(parts.log, entry);
      },
      ...(parts.observe === undefined ? {} : { observe: parts.observe }),
    });
  }
  app.onError((error, c) => {
    const requestId = randomUUID();
    parts.log.error({ err: error, requestId, path: c.req.path }, "A request failed outside every realm");
    return c.json({ error: { code: "INTERNAL", message: "Something went wrong.", request_id: requestId } }, 500, {
      ...ownHeaders,
      "x-request-id": requestId,
    });
  });
  return app;
}

const ownHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

function logEntry(log: Log, entry: LogEntry): void {
  const { level, message, error, ...fields } = entry;
  log[level](error === undefined ? fields : { ...fields, err: error }, message);
}

/** A realm that owns `/` has its own page there, where its contract has one. */
function mountFrontPages(app: ServerApp, places: readonly Place[]): boolean {
  const owner = places.find(({ path, ownsPath }) => path === "/" && ownsPath === true);
  return owner !== undefined && mountFrontPage(app, { contract: owner.contract });
}

function mountRootPage(app: ServerApp, render: NonNullable<AppParts["rootPage"]>): void {
  app.get("/", async (c) => {
    const { body, policy } = await render(c.env.incoming?.socket.localPort ?? 0);
    return c.html(body, 200, {
      ...ownHeaders,
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });
}
