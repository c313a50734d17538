// Documents keep up with the code: listings run, settings and defaults are the schema's.
import { readFileSync } from "node:fs";
import { defaultRealmPolicy, defaultThrottling } from "@latchkey/core";
import { describe, expect, it } from "vitest";
import { createJsonSchema } from "../config/json-schema.ts";
import { defaultSettings } from "../config/settings.ts";
import { contracts } from "../contracts.ts";
import { inRepository, listings, readDocument, runListing } from "./support/listings.ts";

describe("docs/embedding.md", () => {
  const blocks = listings(readDocument("docs/embedding.md"), "ts");
  const titled = blocks.map(
    (listing) => [/(?:create|mount|open)\w+\(/.exec(listing)?.[0] ?? "listing", listing] as const,
  );

  it("has a listing for each way", () => expect(blocks.length).toBe(5));

  it.each(titled)("runs: %s …)", async (_title, listing) => {
    const { stdout } = await runListing(listing);
    const promised = [...listing.matchAll(/console\.log\(.*\); \/\/ (?:… )?(.*)$/gm)].map((match) => match[1]!);
    for (const text of promised) expect(stdout).toContain(text);
  });
});

describe("docs/configuration.md", () => {
  const document = readDocument("docs/configuration.md");
  const rows = new Map(
    [...document.matchAll(/^\| `([$\w.]+)` *\| (.*?) *\|/gm)].map((match) => [
      match[1]!,
      match[2]!.replaceAll("`", ""),
    ]),
  );

  it("has every setting of the schema and no other", () => {
    const described = [...rows.keys()].filter((key) => !/^[A-Z][A-Z0-9_]+$/.test(key));
    expect(described.toSorted()).toEqual([...settingNames()].toSorted());
  });

  it("tells the defaults that hold", async () => {
    const { log, databasePool, purge, http, ...settings } = defaultSettings;
    for (const [key, value] of Object.entries({ ...settings, "log.level": log.level, "log.format": log.format })) {
      expect(rows.get(key), key).toBe(textOf(value));
    }
    for (const [key, parts] of Object.entries({ databasePool, purge, http })) {
      const row = document.split("\n").find((line) => line.startsWith(`| \`${key}\``));
      for (const [part, value] of Object.entries(parts)) expect(row, key).toContain(`\`${part}\` (${value}`);
    }
    const { policy } = await contracts.latchkey.load();
    const effective: Readonly<Record<string, unknown>> = { ...defaultRealmPolicy, ...policy };
    const keys = propertiesOf("realms", "policy");
    expect(keys).toContain("leewaySeconds");
    for (const key of keys.filter((name) => name !== "throttling"))
      expect(rows.get(key), key).toBe(textOf(effective[key]));
    const { guessesPerAccount: guesses, ...limits } = defaultThrottling;
    for (const [key, limit] of Object.entries(limits)) expect(rows.get(`throttling.${key}`), key).toBe(textOf(limit));
    for (const [key, value] of Object.entries(guesses!))
      expect(rows.get(`guessesPerAccount.${key}`), key).toBe(textOf(value));
    expect(rows.get("signing")).toContain(contracts.latchkey.signing);
  });

  it("has every environment variable that the configuration reads", () => {
    const sources = ["environment.ts", "load-configuration.ts", "messaging.ts", "uploads.ts"].map((name) =>
      readFileSync(inRepository(`apps/server/src/config/${name}`), "utf8"),
    );
    const read = sources.join("\n").matchAll(/"([A-Z]+(?:_[A-Z0-9]+)*)"/g);
    const variables = new Set([...read].map((match) => match[1]!).filter((word) => word !== "ENOENT"));
    expect(variables.size).toBeGreaterThanOrEqual(7);
    for (const variable of variables) expect(document).toMatch(new RegExp(`\`${variable}\``));
  });
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | false;
}

function propertiesOf(...path: readonly string[]): readonly string[] {
  let node = createJsonSchema() as SchemaNode;
  for (const part of path) {
    const inner = node.properties?.[part] ?? {};
    node = inner.additionalProperties || inner;
  }
  return Object.keys(node.properties ?? {});
}

// Names as the tables have them: the realm's and the policy's by themselves, the log's with their parent.
function settingNames(): readonly string[] {
  const own = propertiesOf().filter((key) => key !== "log");
  return [
    ...own,
    ...propertiesOf("log").map((key) => `log.${key}`),
    ...propertiesOf("realms"),
    ...propertiesOf("realms", "policy"),
    ...propertiesOf("realms", "policy", "throttling").map((key) => `throttling.${key}`),
    ...Object.keys(defaultThrottling.guessesPerAccount!).map((key) => `guessesPerAccount.${key}`),
  ];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
