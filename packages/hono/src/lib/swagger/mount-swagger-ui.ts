// Swagger UI with our own assets.
import type { Env, Hono } from "hono";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";

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
  /** Title of the page. Default the first document's name. */
  readonly title?: string;
  readonly documents: readonly [SwaggerDocument, ...SwaggerDocument[]];
}

/** Serves the documents at their paths (GET, ETag), the page at `path`, and its assets below it. */
export function mountSwaggerUi<E extends Env>(_app: Hono<E>, _options: SwaggerOptions): void {
  throw new TypeError("not built yet");
}
