import { latchkey } from "@latchkey/contracts/latchkey";
import type { JsonObject, JsonValue } from "@latchkey/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sent } from "../testing/test-realm.ts";
import { createMountedRealm, resourceServer } from "../testing/test-realm.ts";
import { openApiDocument } from "./openapi-document.ts";

// Requests made from the document and spoiled in one place or several. LATCHKEY_FUZZ_REQUESTS sets how many.
const requests = Number(process.env["LATCHKEY_FUZZ_REQUESTS"] ?? 1000);
const timeout = 120_000 + requests * 60;

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly body: { readonly type: string; readonly schema: Readonly<Record<string, JsonValue>> } | undefined;
  readonly responses: readonly string[];
}

const document = openApiDocument(latchkey, { path: "/v1" });
const operations = readOperations(document);
const realm = createMountedRealm();
const tokens: Record<string, string> = {
  none: "",
  garbage: "Bearer x.y.z",
  twice: "Bearer a, Bearer b",
  other: "Token abc",
};
beforeAll(async () => {
  tokens["administrator"] = `Bearer ${await realm.administrator()}`;
  const { id, secret } = resourceServer;
  tokens["resource server"] = `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
});
afterAll(() => realm.close());

const nasty = fc.constantFrom<JsonValue>(
  "",
  " ",
  "\u0000",
  "\ud800",
  "a".repeat(5000),
  "' OR 1=1 --",
  "../../etc/passwd",
  "%00",
  "한글",
  "💥",
  "-1",
  "1e9",
  -1,
  0.5,
  1e300,
  true,
  null,
  [],
  [[["x"]]],
  {},
  { $ne: null },
  "correct horse battery staple",
  "active",
  "gildong@example.com",
  "+821012345678",
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: nasty },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<JsonValue> },
);
const text = fc.oneof(nasty.map(String), fc.string({ unit: "grapheme", minLength: 1 }));

const bodyOf = (operation: Operation): fc.Arbitrary<Pick<Sent, "raw">> => {
  const names = Object.keys(operation.body?.schema ?? {});
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(names.length > 0 ? names : ["x"])) },
    { weight: 1, arbitrary: text },
  );
  const fields = fc.dictionary(name, value, { maxKeys: 5 });
  const form = operation.body?.type === "application/x-www-form-urlencoded";
  const serialised = form
    ? fields.map((entered) =>
        Object.entries(entered)
          .map(([key, one]) => `${safeEncode(key)}=${safeEncode(String(one))}`)
          .join("&"),
      )
    : fields.map((entered) => JSON.stringify(entered));
  return fc.oneof(
    { weight: 8, arbitrary: serialised.map((raw) => ({ raw })) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ raw: new Uint8Array(bytes) })) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
};

const request = fc.constantFrom(...operations).chain((operation) =>
  fc.record({
    operation: fc.constant(operation),
    parameters: fc.dictionary(fc.constantFrom("limit", "cursor", "status", "text", "x"), text, { maxKeys: 2 }),
    path: fc.array(text, { minLength: 2, maxLength: 2 }),
    body: bodyOf(operation),
    credentials: fc.constantFrom(
      "none",
      "garbage",
      "twice",
      "other",
      "administrator",
      "administrator",
      "resource server",
    ),
    type: fc.oneof(
      { weight: 8, arbitrary: fc.constant(operation.body?.type ?? "application/json") },
      { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/json; charset=latin1", "x") },
    ),
    language: fc.constantFrom("ko", "en", "*;q=x", "ko;q=0.5,en;q=0.4"),
  }),
);

describe("class 11: requests made from the document", () => {
  it(`${requests} end in no 5xx and no undocumented status, each in its documented shape`, { timeout }, async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, async ({ operation, parameters, path, body, credentials, type, language }) => {
        const parts = [...path];
        const at = operation.path.replace(/\{[^}]*\}/g, () => safeEncode(parts.pop() ?? "x") || "x");
        const query = Object.entries(parameters)
          .map(([key, one]) => `${key}=${safeEncode(one)}`)
          .join("&");
        const authorization = tokens[credentials]!;
        const answer = await realm.send(operation.method, `/v1${at}${query && `?${query}`}`, {
          ...(operation.method !== "GET" && body),
          headers: { "content-type": type, "accept-language": language, ...(authorization && { authorization }) },
        });
        expect(answer.status, `${operation.operationId}: ${answer.text}`).toBeLessThan(500);
        const record = realm.answers.at(-1)!;
        if (record.operation !== undefined) {
          const documented = operations.find(({ operationId }) => operationId === record.operation)!;
          expect(documented.responses, `${record.operation} answered ${answer.status}`).toContain(
            String(answer.status),
          );
        }
        // An administrator may have ended itself.
        if (answer.status === 401) tokens["administrator"] = `Bearer ${await realm.administrator()}`;
        if (answer.status >= 400) expect(Object.keys(answer.json as JsonObject)).toContain("error");
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      }),
      { numRuns: requests },
    );
    // The fuzz is worth something only where it gets past the gates.
    for (const status of [200, 400, 401, 404, 415]) expect([...seen.keys()]).toContain(status);
  });
});

function safeEncode(entered: string): string {
  return encodeURIComponent(entered.toWellFormed()).replaceAll(".", "%2E");
}

function readOperations(described: JsonObject): readonly Operation[] {
  const paths = described["paths"] as unknown as Record<string, Record<string, Record<string, unknown>>>;
  const { schemas } = described["components"] as unknown as {
    schemas: Record<string, { properties: Record<string, JsonValue> }>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const content = (
        operation["requestBody"] as { content: Record<string, { schema: { $ref: string } }> } | undefined
      )?.content;
      const [type, media] = Object.entries(content ?? {})[0] ?? [];
      const name = media?.schema.$ref.split("/").at(-1);
      return {
        operationId: String(operation["operationId"]),
        method: method.toUpperCase(),
        path,
        parameters: (operation["parameters"] ?? []) as Operation["parameters"],
        body: type === undefined || name === undefined ? undefined : { type, schema: schemas[name]!.properties },
        responses: Object.keys(operation["responses"] as object),
      };
    }),
  );
}
