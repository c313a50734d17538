// Serves OpenAPI documents and Swagger UI for them: assets of our own, a strict Content-Security-Policy, no inline script.
import { SwaggerUI } from "@hono/swagger-ui";
import type { Env, Handler, Hono } from "hono";
import { html, raw } from "hono/html";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";
import { serveFile } from "../serve-file.ts";
import { readSwaggerAsset, swaggerAssetNames } from "./swagger-assets.ts";
import { swaggerInitScript } from "./swagger-init-script.ts";

/** A document that the page lists. */
export interface SwaggerDocument {
  /** Shown in the selector. */
  readonly name: string;
  /** Where the document is served, for example `/openapi.json`. */
  readonly path: string;
  readonly document: OpenApiDocument;
}

/** Options of {@link mountSwaggerUi}. */
export interface SwaggerOptions {
  /** Where the page is served, with and without a slash at the end. Default `/swagger`. */
  readonly path?: string;
  /** Title of the page. Default: the first document's name. */
  readonly title?: string;
  readonly documents: readonly [SwaggerDocument, ...SwaggerDocument[]];
}

/** The one `<style>` that Swagger UI 5.35 puts into the page, for the logo of its document selector. A test finds it in the asset. */
export const logoStyle = ".logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}";
const logoStyleHash = "sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=";

// Swagger UI sets its other styles through the CSSOM, which `style-src 'self'` allows, and has its icons as data: images.
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' '${logoStyleHash}'`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const staticFile = (content: string | Uint8Array<ArrayBuffer>, mediaType: string, cacheControl: string): Handler =>
  serveFile(content, { mediaType, cacheControl, policy: pagePolicy });

/**
 * Serves the documents at their paths, the page at `path` (with a selector where there are several documents), and its assets below it.
 * "Try it out" is authorised with the token of the last sign-up, log-in or refresh made on the page.
 */
export function mountSwaggerUi<E extends Env>(app: Hono<E>, options: SwaggerOptions): void {
  const path = (options.path ?? "/swagger").replace(/\/+$/, "");
  for (const { path: at, document } of options.documents) {
    app.get(at, staticFile(JSON.stringify(document), "application/json", "no-cache"));
  }
  const page = staticFile(renderPage(path, options), "text/html; charset=utf-8", "no-cache");
  app.get(path, page);
  app.get(`${path}/`, page);
  app.get(`${path}/init.js`, staticFile(swaggerInitScript, "text/javascript; charset=utf-8", "no-cache"));
  for (const name of swaggerAssetNames) app.get(`${path}/swagger-ui-dist/${name}`, assetHandler(name));
}

// @hono/swagger-ui renders the page's body. Its own has an inline script, so it is given ours; a head of our own has the icon.
function renderPage(path: string, { documents, title = documents[0].name }: SwaggerOptions): string {
  const config = JSON.stringify({ documents: documents.map((one) => ({ name: one.name, url: one.path })) });
  const body = SwaggerUI({
    url: documents[0].path,
    baseUrl: path,
    manuallySwaggerUIHtml: ({ css, js }) =>
      html`${css.map((url) => html`<link rel="stylesheet" href="${url}" />`)}
        <div id="swagger-ui" data-config="${config}"></div>
        ${js.map((url) => html`<script src="${url}"></script>`)}
        <script src="${path}/swagger-ui-dist/swagger-ui-standalone-preset.js"></script>
        <script src="${path}/init.js"></script>`.toString(),
  });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" type="image/png" href="${path}/swagger-ui-dist/favicon-32x32.png" />
      </head>
      <body>
        ${raw(body)}
      </body>
    </html> `.toString();
}

function assetHandler(name: (typeof swaggerAssetNames)[number]): Handler {
  let serve: Promise<Handler> | undefined;
  const load = async () => {
    const { bytes, mediaType } = await readSwaggerAsset(name);
    return staticFile(bytes, mediaType, "public, max-age=86400");
  };
  return async (c, next) => {
    serve ??= load();
    return (await serve)(c, next);
  };
}
