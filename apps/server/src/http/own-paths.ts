// What the server's own pages refuse, and what nothing has: in the words of the main realm's contract, as everything else is.
import { ownRoutes } from "@latchkey/hono";
import type { LogEntry } from "@latchkey/hono";
import type { Context } from "hono";
import { mainRealm } from "./documents.ts";
import type { MountedRealm, ServerApp } from "./server-app.ts";

/** What is refused, and how that is logged. */
export interface OwnPathParts {
  readonly realms: readonly MountedRealm[];
  readonly swagger: boolean;
  readonly rootPage: boolean;
  readonly log: (entry: LogEntry) => void;
}

/** The answer where nothing is, and 405 at the server's own pages, which are mounted already. Call it before realms are mounted. */
export function mountRefusals(app: ServerApp, { realms, swagger, rootPage, log }: OwnPathParts): void {
  const realm = mainRealm(realms);
  if (realm === undefined) return;
  const { unknownPath, otherMethods } = ownRoutes({ contract: realm.contract, provider: realm.provider, log });
  app.notFound(unknownPath);
  const pages = ["/health/live", "/health/ready", "/openapi.json"];
  if (swagger) pages.push("/swagger", "/swagger/");
  if (rootPage) pages.push("/");
  for (const page of pages) app.all(page, otherMethods("GET, HEAD, OPTIONS"));
}

/** Refuses what the documents' own application does not have as any other path. Call it before the documents are mounted. */
export function refuseUnknownDocuments(app: ServerApp): void {
  for (const path of ["/swagger/*", "/openapi/*"]) {
    app.use(path, async (c: Context, next) => {
      await next();
      if (c.res.status === 404) c.res = await c.notFound();
    });
  }
}
