// The page at `/`: what is mounted, its documents, the state of database and keys, and what to try first. No script, nothing from elsewhere.
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { FirstStep } from "./first-steps.ts";
import { rootPageStyle } from "./root-page-style.ts";

/** A realm on the page. */
export interface RootPageRealm {
  readonly name: string;
  readonly contractTitle: string;
  readonly mount: string;
  readonly issuer: string;
  /** Where its OpenAPI document is. */
  readonly documentPath: string;
  readonly ready: boolean;
  readonly keys: readonly {
    readonly kid: string;
    readonly use: string;
    readonly algorithm: string;
    readonly state: string;
  }[];
}

/** What the page shows. */
export interface RootPageData {
  readonly version: string;
  readonly realms: readonly RootPageRealm[];
  readonly database: { readonly name: string; readonly schema: string; readonly reachable: boolean };
  readonly swagger: boolean;
  readonly firstSteps: readonly FirstStep[];
}

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The page's Content-Security-Policy: nothing but its own style, known by its hash. */
export const rootPagePolicy: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(rootPageStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// Outside the template, so that a formatter cannot put a blank into what the hash covers.
const style = raw(`<style>${rootPageStyle}</style>`);

/** Renders the page; everything shown is escaped. */
export function renderRootPage(data: RootPageData): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Latchkey</title>
        ${style}
      </head>
      <body>
        <main>
          <header>
            <h1>Latchkey</h1>
            <p>
              This identity provider is running. It keeps accounts and issues tokens that rotate and can be taken back.
            </p>
          </header>
          <section>
            <h2>Realms</h2>
            ${data.realms.map(realmCard)}
          </section>
          <section>
            <h2>Try it</h2>
            ${data.swagger ? html`<p>In the browser: <a href="/swagger">Swagger UI</a>. In a terminal:</p>` : html`<p>In a terminal:</p>`}
            <ol>
              ${data.firstSteps.map(
                (step) =>
                  html`<li>
                    ${step.title}
                    <pre><code>${step.command}</code></pre>
                  </li>`,
              )}
            </ol>
          </section>
          <section>
            <h2>State</h2>
            <dl>
              <dt>Database</dt>
              <dd>
                ${data.database.name}, schema ${data.database.schema}
                ${badge(data.database.reachable, "reachable", "unreachable")}
              </dd>
              <dt>Health</dt>
              <dd><a href="/health/live">/health/live</a> <a href="/health/ready">/health/ready</a></dd>
              <dt>Version</dt>
              <dd>${data.version}</dd>
            </dl>
          </section>
          <footer>
            <p>Switch this page off with <code>"rootPage": false</code> in the configuration.</p>
          </footer>
        </main>
      </body>
    </html> `;
}

function realmCard(realm: RootPageRealm): Html {
  return html`<article>
    <h3>${realm.name} ${badge(realm.ready, "ready", "not ready")}</h3>
    <dl>
      <dt>Contract</dt>
      <dd>${realm.contractTitle} at <code>${realm.mount}</code></dd>
      <dt>Issuer</dt>
      <dd><code>${realm.issuer}</code></dd>
      <dt>Document</dt>
      <dd><a href="${realm.documentPath}">OpenAPI 3.1</a></dd>
      <dt>Keys</dt>
      <dd>
        ${
          realm.keys.length === 0
            ? "from the configuration"
            : html`<ul>
                ${realm.keys.map(keyLine)}
              </ul>`
        }
      </dd>
    </dl>
  </article>`;
}

function keyLine(key: RootPageRealm["keys"][number]): Html {
  return html`<li><code>${key.kid}</code> ${key.algorithm}, ${key.use} tokens, ${key.state}</li>`;
}

function badge(good: boolean, yes: string, no: string): Html {
  return html`<span class="${good ? "good" : "bad"}">${good ? yes : no}</span>`;
}
