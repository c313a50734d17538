// Serves a contract's documentation where the system that it replaces had it: the document as YAML or JSON, and a reference for readers.
import type { DocumentationPage } from "@latchkey/contracts";
import type { Env, Handler, Hono } from "hono";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";
import { toOpenApi30 } from "../openapi/to-openapi-30.ts";
import { writeYaml } from "../openapi/write-yaml.ts";
import { serveFile } from "../serve-file.ts";
import { referencePolicy, renderReference } from "./render-reference.ts";

/** Options of {@link mountDocumentation}. */
export interface DocumentationOptions {
  /** The contract's `document.pages`. */
  readonly pages: readonly DocumentationPage[];
  readonly document: OpenApiDocument;
}

const cacheControl = "no-cache";
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** Serves the pages, each with and without a slash at its end. Documents are OpenAPI 3.0.3, as those systems have them. */
export function mountDocumentation<E extends Env>(app: Hono<E>, { pages, document }: DocumentationOptions): void {
  const old = toOpenApi30(document);
  const json = (mediaType: string) => serveFile(JSON.stringify(old), { mediaType, cacheControl, policy: dataPolicy });
  const yaml = serveFile(writeYaml(old), {
    mediaType: "application/vnd.oai.openapi; charset=utf-8",
    cacheControl,
    policy: dataPolicy,
  });
  const openApiJson = json("application/vnd.oai.openapi+json");
  const handlers: Readonly<Record<DocumentationPage["shows"], Handler>> = {
    json: json("application/json"),
    yaml: (c, next) => (c.req.query("format") === "json" ? openApiJson : yaml)(c, next),
    reference: serveFile(renderReference(document), {
      mediaType: "text/html; charset=utf-8",
      cacheControl,
      policy: referencePolicy,
    }),
  };
  for (const { path, shows } of pages) {
    const bare = path.replace(/\/+$/, "");
    for (const at of [bare, `${bare}/`]) app.get(at, handlers[shows]);
  }
}
