// A small page for people where a replaced system had one: a contract's operations as forms that its own paths answer. No script, nothing from elsewhere.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import type { Env, Hono } from "hono";
import { html, raw } from "hono/html";
import { fieldsOf, sourceOf } from "../request/compile-fields.ts";
import { serveFile } from "../serve-file.ts";
import { frontPageStyle, frontPageStyleHash } from "./front-page-style.ts";

const policy = [
  "default-src 'none'",
  `style-src '${frontPageStyleHash}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");
const style = raw(`<style>${frontPageStyle}</style>`);

/** Options of {@link mountFrontPage}. */
export interface FrontPageOptions {
  readonly contract: WireContract;
  /** Where the contract's paths begin. Default `/`. */
  readonly path?: string;
}

/** Serves the page of the contract's `document.frontPage` at `path`. @returns whether the contract has one */
export function mountFrontPage<E extends Env>(app: Hono<E>, { contract, path = "/" }: FrontPageOptions): boolean {
  const { frontPage } = contract.document;
  if (frontPage === undefined) return false;
  const below = path.replace(/\/+$/, "");
  const page = render(contract, below, frontPage);
  app.get(path, serveFile(page, { mediaType: "text/html; charset=utf-8", cacheControl: "no-cache", policy }));
  return true;
}

function render({ title, locales, operations }: WireContract, below: string, shown: readonly string[]): string {
  const forms = shown.flatMap((name) => operations.find(({ does }) => does === name) ?? []);
  return html`<!doctype html>
    <html lang="${locales[0]}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${forms.map((operation) => form(operation, below))}
        </main>
      </body>
    </html> `.toString();
}

function form(operation: AnyWireOperation, below: string) {
  const fields = fieldsOf(operation).filter(([, field]) => sourceOf(operation, field) === "body");
  return html`<form method="post" action="${below}${operation.paths[0]}" autocomplete="off">
    <h2>${operation.document.summary}</h2>
    ${fields.map(
      ([name, { secret = false, optional = false }]) =>
        html`<label>
          ${name}
          <input name="${name}" type="${secret ? "password" : "text"}" ${optional ? "" : raw("required")} />
        </label>`,
    )}
    <button>${operation.document.summary}</button>
  </form>`;
}
