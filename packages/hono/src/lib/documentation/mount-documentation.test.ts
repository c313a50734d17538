import { createHash } from "node:crypto";
import { baro } from "@latchkey/contracts/baro";
import { intern } from "@latchkey/contracts/intern";
import { latchkey } from "@latchkey/contracts/latchkey";
import { onboarding } from "@latchkey/contracts/onboarding";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { toOpenApi30 } from "../openapi/to-openapi-30.ts";
import { writeYaml } from "../openapi/write-yaml.ts";
import { mountDocumentation } from "./mount-documentation.ts";
import { referenceStyle, referenceStyleHash } from "./reference-style.ts";

describe.each([latchkey, intern, baro, onboarding])("the document of $id", (contract) => {
  it("validates as OpenAPI 3.1, and translated as 3.0", async () => {
    const document = openApiDocument(contract);
    for (const one of [document, toOpenApi30(document)]) {
      const result = await new Validator().validate(structuredClone(one) as Record<string, unknown>);
      expect(result.errors).toBeUndefined();
      expect(result.valid).toBe(true);
    }
  });
});

describe("mountDocumentation", () => {
  const app = new Hono();
  const document = openApiDocument({ ...intern, title: "</title><script>alert(1)</script>" });
  mountDocumentation(app, { document, pages: [{ path: "/docs/", shows: "reference" }] });

  it("class 15: a title is a text, not markup, and the policy lets in the one style alone", async () => {
    const answer = await app.request("/docs");
    const page = await answer.text();
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;");
    const style = /<style>([^]*)<\/style>/.exec(page)![1]!;
    expect(style).toBe(referenceStyle);
    expect(`sha256-${createHash("sha256").update(style).digest("base64")}`).toBe(referenceStyleHash);
    expect(answer.headers.get("content-security-policy")).toContain(`style-src '${referenceStyleHash}';`);
  });
});

describe("writeYaml", () => {
  it("writes blocks, and quotes what could be read as something else", () => {
    const value = {
      openapi: "3.0.3",
      "200": { empty: {}, none: [], list: [{ a: 1, b: [true, null] }, "no", "-", "a: b", "한글 글", "", " x"] },
      text: 'line\n"quoted" #',
    };
    expect(writeYaml(value)).toBe(
      [
        '"200":',
        "  empty: {}",
        "  none: []",
        "  list:",
        "    - a: 1",
        "      b:",
        "        - true",
        "        - null",
        '    - "no"',
        '    - "-"',
        '    - "a: b"',
        "    - 한글 글",
        '    - ""',
        '    - " x"',
        'openapi: "3.0.3"',
        'text: "line\\n\\"quoted\\" #"',
        "",
      ].join("\n"),
    );
  });
});
