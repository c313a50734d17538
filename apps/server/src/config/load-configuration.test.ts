import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { contractNames } from "../contracts.ts";
import { createSandbox } from "../tests/support/sandbox.ts";
import type { Sandbox } from "../tests/support/sandbox.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { loadConfiguration } from "./load-configuration.ts";

const realms = { main: { contract: "latchkey", mount: "/v1" } };
const sandboxes: Sandbox[] = [];

function load(settings: unknown, environment: Environment = {}): Configuration {
  const sandbox = createSandbox({ settings });
  sandboxes.push(sandbox);
  return loadConfiguration({ LATCHKEY_CONFIG: sandbox.configurationFile, ...environment }, "/somewhere/else");
}

function problemsOf(settings: unknown, environment: Environment = {}): Readonly<Record<string, string>> {
  try {
    load(settings, environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  throw new Error("the configuration was accepted");
}

afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.remove();
});

describe("what a configuration means", () => {
  it("completes the least that can be written with the documented defaults", () => {
    const configuration = load({ realms });
    expect(configuration).toMatchObject({
      host: "0.0.0.0",
      port: 8000,
      publicUrl: "http://localhost:8000",
      metrics: { host: "127.0.0.1", port: 9464 },
      trustedProxies: [],
      rootPage: true,
      swagger: true,
      masterKey: undefined,
      warnings: [],
    });
    expect(configuration.realms).toEqual([
      {
        name: "main",
        contract: "latchkey",
        mount: "/v1",
        issuer: "http://localhost:8000/v1",
        signing: "EdDSA",
        secrets: [],
        policy: {},
        resourceServers: [],
      },
    ]);
  });

  it("begins a file's relative paths at the file's folder, and a variable's at the working directory", () => {
    const sandbox = createSandbox({ settings: { realms } });
    sandboxes.push(sandbox);
    const environment = { LATCHKEY_CONFIG: sandbox.configurationFile };
    expect(loadConfiguration(environment, "/work").database).toMatchObject({ path: sandbox.databaseFile });
    const overridden = loadConfiguration({ ...environment, DATABASE_URL: "sqlite:mine.db" }, "/work");
    expect(overridden.database).toMatchObject({ path: "/work/mine.db" });
  });

  it("takes when to purge; what is not said is left to the defaults, and null means never", () => {
    expect(load({ realms }, {}).purge).toEqual({ intervalSeconds: 600, batch: 500 });
    expect(load({ realms, purge: { intervalSeconds: null } }, {}).purge).toEqual({ intervalSeconds: null, batch: 500 });
    const problems = problemsOf({ realms, purge: { intervalSeconds: 0, batch: "all" } });
    expect(problems["purge.intervalSeconds"]).toMatch(/^must be a whole number from 1/);
    expect(problems["purge.batch"]).toMatch(/^must be a whole number/);
  });

  it("lets the environment override the file, and takes an empty variable for unset", () => {
    const environment = {
      HOST: "127.0.0.1",
      PORT: "9001",
      PUBLIC_URL: "https://id.example/",
      METRICS_PORT: "9100",
      DATABASE_URL: "",
      LATCHKEY_MASTER_KEY: "k",
    };
    const configuration = load({ port: 1, host: "::", realms }, environment);
    expect(configuration).toMatchObject({ host: "127.0.0.1", port: 9001, metrics: { port: 9100 }, masterKey: "k" });
    expect(configuration.publicUrl).toBe("https://id.example");
    expect(configuration.realms[0]?.issuer).toBe("https://id.example/v1");
  });

  it("keeps the issuer whatever the port is, so that all processes on one database have one", () => {
    expect(load({ realms }, { PORT: "9999" }).realms[0]?.issuer).toBe("http://localhost:8000/v1");
  });

  it("takes peppers from the environment, and says what is wrong with them", () => {
    const secret = Buffer.alloc(16, 7).toString("base64");
    const { passwordPeppers } = load({ realms }, { LATCHKEY_PASSWORD_PEPPER: `p2:${secret},p1:${"A".repeat(43)}` });
    expect(passwordPeppers.map(({ id, secret: bytes }) => [id, bytes.length])).toEqual([
      ["p2", 16],
      ["p1", 32],
    ]);
    for (const [value, message] of [
      ["p1", /id:secret/],
      ["p1:c2hvcnQ=", /at least 16 bytes/],
      [`p1:${secret},p1:${secret}`, /names an id twice/],
    ] as const)
      expect(() => load({ realms }, { LATCHKEY_PASSWORD_PEPPER: value })).toThrow(message);
  });

  it("reads HS256 secrets as raw bytes, the signing one first", () => {
    const hs256 = { main: { ...realms.main, signing: "HS256" } };
    const [fresh, old] = ["n".repeat(32), "비밀".repeat(6)];
    const configuration = load({ realms: hs256 }, { LATCHKEY_SECRET_MAIN: `${fresh},${old}` });
    expect(configuration.realms[0]?.secrets.map((secret) => Buffer.from(secret).toString())).toEqual([fresh, old]);
  });

  it("takes a resource server's secret from the variable that the file names", () => {
    const resourceServers = [{ id: "api", secretEnvironment: "API_SECRET" }];
    const configuration = load(
      { realms: { main: { ...realms.main, resourceServers } } },
      { API_SECRET: "0123456789abcdef" },
    );
    expect(configuration.realms[0]?.resourceServers).toEqual([{ id: "api", secret: "0123456789abcdef" }]);
  });

  it("warns of a secret that no realm uses", () => {
    const warnings = load({ realms }, { LATCHKEY_SECRET_MIAN: "x".repeat(32) }).warnings;
    expect(warnings).toEqual(["LATCHKEY_SECRET_MIAN is set, but no realm uses it"]);
  });
});

describe("what is wrong with a configuration", () => {
  it("names every problem at once, by field or variable, with the fix", () => {
    const settings = {
      port: "80",
      publicUrl: "localhost",
      trustedProxies: ["10.0.0.0/8", "proxy"],
      realms: {
        main: { contract: "latchky", mount: "v1/", policy: { leewaySeconds: -1, signUp: "maybe" } },
        Other: { contract: "latchkey", mount: "/" },
      },
    };
    expect(problemsOf(settings, { METRICS_PORT: "many" })).toEqual({
      port: 'must be a whole number from 0 to 65535, not "80"',
      publicUrl: "must be an absolute http or https URL without user, query and fragment",
      METRICS_PORT: 'must be a whole number from 0 to 65535, not "many"',
      "trustedProxies[1]": 'must be an address or a block such as "10.0.0.0/8" or "fd00::/8", not "proxy"',
      "realms.main.contract": `must be one of ${contractNames.map((name) => `"${name}"`).join(", ")}, not "latchky"`,
      "realms.main.mount": 'must be a path without a slash at its end, for example "/v1", or "/", not "v1/"',
      "realms.main.policy.leewaySeconds": "must be a whole number from 0 to 300, not -1",
      "realms.main.policy.signUp": 'must be one of "open", "approval", "confirmation", "closed", not "maybe"',
      "realms.Other":
        "is no name for a realm: 1 to 32 lower-case letters, digits and inner hyphens, beginning with a letter",
    });
  });

  it("refuses unknown keys at every depth and suggests the near one", () => {
    const settings = {
      prot: 1,
      log: { lvl: "info" },
      realms: { main: { ...realms.main, policy: { leeway: 1, zzz: 2 } } },
    };
    const problems = problemsOf(settings);
    expect(problems["prot"]).toBe('is no setting; did you mean "port"?');
    expect(problems["log.lvl"]).toBe("is no setting; known here: format, level");
    expect(problems["realms.main.policy.leeway"]).toMatch(/^is no setting; known here: accessLifetimeSeconds, /);
    expect(Object.keys(problems)).toContain("realms.main.policy.zzz");
  });

  it("says what is missing", () => {
    expect(problemsOf({})["realms"]).toMatch(/must be an object of realms, .*; it is missing$/);
    expect(problemsOf({ realms: {} })["realms"]).toBe("must name at least one realm");
    expect(problemsOf({ realms: { main: { mount: "/v1" } } })["realms.main.contract"]).toMatch(/; it is missing$/);
  });

  it.each([
    ["postgres://user:hunter2@db", /must be postgres:\/\/USER:PASSWORD@HOST:5432\/DATABASE/],
    ["mysql://user:hunter2@db:x/latchkey", /must be mysql:\/\/USER:PASSWORD@HOST:3306\/DATABASE/],
    ["oracle:thing", /unknown scheme "oracle:"/],
    ["data/latchkey.db", /must begin with a scheme/],
    ["sqlite:", /needs the path of a file/],
    ["sqlite://data/latchkey.db", /a path without "\/\/"/],
    ["sqlite::memory:", /must name a file/],
    ["sqlite:./data/", /needs the path of a file/],
  ])("refuses the database URL %s, says why, and shows no password", (url, expected) => {
    const problems = problemsOf({ realms }, { DATABASE_URL: url });
    expect(problems["DATABASE_URL"]).toMatch(expected);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("refuses secrets that are short, shared between realms, or of no use, and never shows one", () => {
    const hs256 = { contract: "latchkey", signing: "HS256" };
    const settings = {
      realms: {
        one: { ...hs256, mount: "/1" },
        two: { ...hs256, mount: "/2" },
        three: { contract: "latchkey", mount: "/3" },
      },
    };
    const shared = "the-same-secret-in-both-of-the-realms";
    const problems = problemsOf(settings, {
      LATCHKEY_SECRET_ONE: shared,
      LATCHKEY_SECRET_TWO: `${shared},short`,
      LATCHKEY_SECRET_THREE: "t".repeat(32),
    });
    expect(Object.keys(problems)).toEqual(["LATCHKEY_SECRET_THREE", "LATCHKEY_SECRET_TWO"]);
    expect(JSON.stringify(problems)).not.toContain(shared);
    expect(problems["LATCHKEY_SECRET_THREE"]).toMatch(/is set, but the realm signs with EdDSA/);
  });

  it("refuses a resource server whose secret is missing, short or given twice", () => {
    const resourceServers = [
      { id: "none" },
      { id: "short", secret: "short-and-known" },
      { id: "both", secret: "0123456789abcdef", secretEnvironment: "BOTH" },
    ];
    const problems = problemsOf({ realms: { main: { ...realms.main, resourceServers } } });
    expect(problems["realms.main.resourceServers[0]"]).toBe('needs either "secret" or "secretEnvironment"');
    expect(problems["realms.main.resourceServers[1].secret"]).toBe("must be at least 16 printable characters");
    expect(problems["realms.main.resourceServers[2]"]).toBe('needs either "secret" or "secretEnvironment"');
    const unset = { main: { ...realms.main, resourceServers: [{ id: "api", secretEnvironment: "API_SECRET" }] } };
    expect(problemsOf({ realms: unset })["realms.main.resourceServers[0].secretEnvironment"]).toBe(
      "names API_SECRET, which is not set",
    );
  });

  it("refuses settings that do not go together", () => {
    const policy = { refreshIdleSeconds: 20, refreshAbsoluteSeconds: 10 };
    const settings = { port: 8001, metricsPort: 8001, realms: { main: { ...realms.main, mount: "/swagger", policy } } };
    expect(Object.keys(problemsOf(settings))).toEqual([
      "metricsPort",
      "realms.main.mount",
      "realms.main.policy.refreshIdleSeconds",
    ]);
  });

  it("refuses realms that hide one another's paths or share an issuer (attack class 5)", () => {
    const at = (mount: string, issuer?: string) => ({ contract: "latchkey", mount, ...(issuer && { issuer }) });
    const problems = problemsOf({
      realms: {
        main: at("/v1"),
        twin: at("/v1"),
        below: at("/v1/staff"),
        beside: at("/v1-staff"),
        root: at("/"),
        second: at("/"),
        namesake: at("/v2", "http://localhost:8000"),
      },
    });
    expect(problems).toEqual({
      "realms.twin.mount": "is the mount of realm main; choose another",
      "realms.below.mount": "overlaps /v1, the mount of realm main; choose another",
      "realms.second.mount": "is the mount of realm root; choose another",
      "realms.namesake.issuer": "is that of realm root; choose another",
    });
    expect(problemsOf({ realms: { below: at("/v1/staff"), main: at("/v1") } })).toEqual({
      "realms.main.mount": "overlaps /v1/staff, the mount of realm below; choose another",
    });
  });

  it("takes exact origins, or any alone (class 18)", () => {
    const originsOf = (...origins: string[]) =>
      problemsOf({ realms: { main: { contract: "latchkey", mount: "/v1", origins } } });
    const exact = 'must be an exact origin such as "https://app.example.com" (no path, no default port), or "*"';
    for (const origin of ["https://app.example.com/", "https://app.example.com:443", "https://*.example.com", "null"])
      expect(originsOf(origin)["realms.main.origins[0]"]).toContain(exact);
    expect(originsOf("*", "https://app.example.com")).toEqual({
      "realms.main.origins": expect.stringContaining('has "*" beside others; it stands alone'),
    });
  });

  it.each([
    ["no file", "/nowhere/latchkey.config.json", /does not exist \(LATCHKEY_CONFIG names it\)/],
    ["a folder", "/", /cannot be read: EISDIR/],
  ])("says so where there is %s", (_case, file, expected) => {
    expect(() => loadConfiguration({ LATCHKEY_CONFIG: file }, "/")).toThrow(expected);
  });

  it("places a mistake in the JSON without repeating the text around it", () => {
    const problem = problemsOf('{\n  "realms": "a secret that must not be shown",\n}')["(the file)"];
    expect(problem).toBe("is no JSON: see line 3 column 1 (comments and trailing commas are not allowed)");
    expect(problemsOf("[]")["(the file)"]).toBe("must be a JSON object");
  });

  it("creates nothing", () => {
    const sandbox = createSandbox({ settings: { realms: {} } });
    sandboxes.push(sandbox);
    expect(() => loadConfiguration(sandbox.environment, sandbox.folder)).toThrow(ConfigurationError);
    expect(existsSync(join(sandbox.folder, "data"))).toBe(false);
  });
});
