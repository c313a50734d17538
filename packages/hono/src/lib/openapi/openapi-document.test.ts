import { latchkey } from "@latchkey/contracts/latchkey";
import type { JsonObject } from "@latchkey/core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi-document.ts";

interface Described {
  readonly operationId: string;
  readonly security: readonly JsonObject[];
  readonly requestBody?: { readonly required: boolean; readonly content: JsonObject };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly examples: JsonObject }>> }>
  >;
}

const document = openApiDocument(latchkey, { path: "/v1" });
const paths = document["paths"] as unknown as Readonly<Record<string, Readonly<Record<string, Described>>>>;
const described = Object.values(paths).flatMap((path) => Object.values(path));
const find = (id: string): Described => described.find(({ operationId }) => operationId === id)!;

describe("openApiDocument", () => {
  it("validates as OpenAPI 3.1", async () => {
    const result = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document["openapi"]).toMatch(/^3\.1\./);
  });

  it("describes every operation of the contract, each with a summary and an example of every body", () => {
    expect(described.map(({ operationId }) => operationId).toSorted()).toEqual(
      latchkey.operations.map((operation) => operation.document.operationId).toSorted(),
    );
    for (const { operationId, responses, requestBody } of described) {
      for (const content of [requestBody?.content, ...Object.values(responses).map((response) => response.content)]) {
        for (const media of Object.values(content ?? {})) {
          expect([operationId, Object.keys((media as { examples: object }).examples).length]).not.toEqual([
            operationId,
            0,
          ]);
        }
      }
    }
  });

  it("has servers and references that hold wherever it is served", () => {
    expect(document["servers"]).toEqual([{ url: "/v1" }]);
    expect(openApiDocument(latchkey)["servers"]).toEqual([{ url: "/" }]);
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect((document["components"] as { schemas: JsonObject }).schemas).toHaveProperty(name!);
    }
  });

  it("says what the issue says of statuses, security and bodies", () => {
    const statuses = (id: string) => Object.keys(find(id).responses);
    expect(statuses("signUp")).toEqual(
      expect.arrayContaining(["201", "400", "403", "409", "413", "415", "500", "503"]),
    );
    expect(statuses("logIn")).toEqual(expect.arrayContaining(["200", "400", "401", "403", "503"]));
    expect(statuses("refresh")).toEqual(expect.arrayContaining(["200", "400", "401", "503"]));
    expect(statuses("refresh")).not.toContain("403");
    expect(statuses("administerAccount")).toEqual(expect.arrayContaining(["200", "400", "401", "403", "404"]));
    expect(find("logOut").security).toEqual([{}, { accessToken: [] }]);
    expect(find("logOut").requestBody?.required).toBe(false);
    expect(find("readAccount").security).toEqual([{ accessToken: [] }]);
    expect(find("introspect").security).toEqual([{ resourceServer: [] }]);
    expect(find("logIn").security).toEqual([]);
    expect(Object.keys(find("introspect").requestBody?.content ?? {})).toEqual(["application/x-www-form-urlencoded"]);
  });

  it("shows one password throughout, of 15 characters or more", () => {
    const passwords = [...JSON.stringify(document).matchAll(/"(?:\w*password)":"([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(passwords)).toEqual(new Set(["correct horse battery staple"]));
  });

  it("takes an application's own paths", () => {
    const health = { get: { summary: "Alive", responses: { "200": { description: "Alive." } } } };
    expect(openApiDocument(latchkey, { paths: { "/health/live": health } })["paths"]).toHaveProperty(
      ["/health/live"],
      health,
    );
  });
});
