// The runner must fail what is wrong: each expectation is bent once.
import { describe, expect, it } from "vitest";
import { runWireCase } from "./run-wire-case.ts";
import type { WireCaseStep, WireCaseTarget } from "./wire-case.ts";

const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
const token = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ exp: 400, iat: 100, sub: 7 })}.sig`;
const sent: string[] = [];
const target: WireCaseTarget = {
  async send({ method, path, body }) {
    sent.push(`${method} ${path} ${body ?? ""}`);
    const headers = new Headers({ allow: "POST, OPTIONS" });
    return { status: 200, headers, text: JSON.stringify({ access: token, name: "x" }) };
  },
  hooks: { mintToken: async ({ saveAs }) => ({ [String(saveAs)]: "minted" }) },
};
const good: WireCaseStep = {
  method: "POST",
  path: "/a",
  expectStatus: [200, 201],
  expectBody: { access: "<jwt>", name: "x" },
  expectBodyExact: true,
  expectKeyOrder: ["access", "name"],
  expectHeaders: { allow: "<contains:POST>" },
  expectClaims: { "$.access": { header: { alg: "HS256", typ: "JWT" }, claims: { sub: "<int>" }, lifetime: 300 } },
  expectRawContains: "name",
  save: { id: "jwt:$.access#sub", name: "$.name" },
};
const run = (...steps: readonly WireCaseStep[]) =>
  runWireCase({ seed: "000", name: "n", provenance: "R", steps }, target);

describe("runWireCase", () => {
  it("carries variables of answers and hooks into later steps", async () => {
    await run(good, { hook: "mintToken", args: { saveAs: "t" } }, { path: "/{{id}}/{{name}}", body: { t: "{{t}}" } });
    expect(sent.at(-1)).toBe('GET /7/x {"t":"minted"}');
  });

  it.each<readonly [string, WireCaseStep]>([
    ["status", { expectStatus: 201 }],
    ["$.name", { expectBody: { access: "<jwt>", name: "y" } }],
    ["is not expected", { expectBody: { name: "x" } }],
    ["not name,access", { expectKeyOrder: ["name", "access"] }],
    ["allow", { expectHeaders: { allow: "GET" } }],
    ["header", { expectClaims: { "$.access": { header: { typ: "JWT", alg: "HS256" } } } }],
    ["does not live", { expectClaims: { "$.access": { lifetime: 301 } } }],
    ["does not contain", { expectRawContains: "nothing" }],
    ["not empty", { expectEmptyBody: true }],
    ["nor:", { expectBody: "<anyOf>", anyOf: [{ name: "y" }, { name: "z" }] }],
    ["is not in", { save: { x: "$.nothing" } }],
    ["no such hook", { hook: "sleep" }],
  ])("fails by name: %s", async (difference, bent) => {
    await expect(run({ ...good, ...bent })).rejects.toThrow(difference);
  });
});
