// A document as a page to read: operations on the left, each with its fields, answers and examples. No script, no file beside it, nothing from elsewhere.
import type { JsonObject, JsonValue } from "@latchkey/core";
import { html, raw } from "hono/html";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";
import { referenceStyle, referenceStyleHash } from "./reference-style.ts";

/** Its Content-Security-Policy: nothing but its own style, known by its hash. */
export const referencePolicy: string = [
  "default-src 'none'",
  `style-src '${referenceStyleHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

type Html = ReturnType<typeof html>;

const style = raw(`<style>${referenceStyle}</style>`);
const members = (value: JsonValue | undefined) => (value ?? {}) as JsonObject;
const entries = (value: JsonValue | undefined) =>
  Object.entries(members(value)) as readonly (readonly [string, JsonObject])[];
const words = (value: JsonValue | undefined) => (typeof value === "string" ? value : "");

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly described: JsonObject;
}

/** Renders the page; everything shown is escaped. */
export function renderReference(document: OpenApiDocument): string {
  const info = members(document["info"]);
  const schemas = members(members(document["components"])["schemas"]);
  const operations = entries(document["paths"]).flatMap(([path, item]) =>
    entries(item).map(([method, described]): Operation => ({
      id: words(described["operationId"]),
      method,
      path,
      described,
    })),
  );
  const license = words(members(info["license"])["name"]);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${words(info["title"])}</title>
        ${style}
      </head>
      <body>
        <nav>
          ${operations.map(({ id, method, path }) => html`<a href="#${id}"><b>${method.toUpperCase()}</b> ${path}</a>`)}
        </nav>
        <main>
          <h1>${words(info["title"])} <small>${words(info["version"])}</small></h1>
          <p>${words(info["description"])}</p>
          ${license === "" ? "" : html`<p>License: ${license}</p>`}
          ${operations.map((operation) => section(operation, schemas))}
        </main>
      </body>
    </html> `.toString();
}

function section({ id, method, path, described }: Operation, schemas: JsonObject): Html {
  const body = entries(members(described["requestBody"])["content"])[0]?.[1];
  return html`<section id="${id}">
    <h2>${words(described["summary"])}</h2>
    <p><code>${method.toUpperCase()} ${path}</code></p>
    <p>${words(described["description"])}</p>
    ${
      body === undefined
        ? ""
        : html`<h3>Request</h3>
            ${fields(body["schema"], schemas)} ${examples(body)}`
    }
    <h3>Answers</h3>
    ${entries(described["responses"]).map(([status, answer]) => response(status, answer))}
  </section>`;
}

function fields(schema: JsonValue | undefined, schemas: JsonObject): Html {
  const name = words(members(schema)["$ref"]).split("/").at(-1) ?? "";
  const described = members(schemas[name]);
  const required = (described["required"] ?? []) as readonly JsonValue[];
  return html`<table>
    ${entries(described["properties"]).map(
      ([field, { type, maxLength, description }]) =>
        html`<tr>
          <td><code>${field}</code>${required.includes(field) ? html` <em>required</em>` : ""}</td>
          <td>${[type].flat().join(" | ")}${maxLength === undefined ? "" : ` ≤ ${String(maxLength)}`}</td>
          <td>${words(description)}</td>
        </tr>`,
    )}
  </table>`;
}

function response(status: string, answer: JsonObject): Html {
  const content = entries(answer["content"])[0]?.[1];
  return html`<details ${status.startsWith("2") ? raw("open") : ""}>
    <summary><b>${status}</b> ${words(answer["description"])}</summary>
    ${content === undefined ? "" : examples(content)}
  </details>`;
}

function examples(content: JsonObject): Html {
  return html`${entries(content["examples"]).map(
    ([name, { value }]) =>
      html`<figure>
        <figcaption>${name}</figcaption>
        <pre>${JSON.stringify(value, null, 2)}</pre>
      </figure>`,
  )}`;
}
