import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { contractNames } from "../contracts.ts";
import { createJsonSchema, jsonSchemaFile } from "./json-schema.ts";
import { loadConfiguration } from "./load-configuration.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

describe("the JSON Schema for editors", () => {
  it("is the one that the code generates (else run: pnpm --filter @latchkey/server schema)", () => {
    expect(JSON.parse(readFileSync(jsonSchemaFile, "utf8"))).toEqual(createJsonSchema());
  });

  it("describes every setting", () => {
    const { properties } = createJsonSchema() as {
      readonly properties: Record<
        string,
        { readonly description?: string; readonly anyOf?: readonly { readonly description?: string }[] }
      >;
    };
    for (const [name, setting] of Object.entries(properties)) {
      if (name !== "$schema") expect(setting.description ?? setting.anyOf?.[0]?.description, name).toMatch(/\.$/);
    }
  });

  it("is named by the configuration of this repository, which mounts main at /v1 and a realm of every other contract at /", () => {
    const file = JSON.parse(readFileSync(`${root}latchkey.config.json`, "utf8")) as Record<string, unknown>;
    expect(`${root}${String(file["$schema"])}`.replace("/./", "/")).toBe(jsonSchemaFile);
    const { realms } = loadConfiguration({}, root);
    expect(realms[0]).toMatchObject({
      name: "main",
      contract: "latchkey",
      mount: "/v1",
      resourceServers: [{ id: "local-api" }],
    });
    expect(realms.slice(1).map(({ name, contract, mount }) => [name, contract, mount])).toEqual(
      contractNames.slice(1).map((name) => [name, name, "/"]),
    );
  });
});
