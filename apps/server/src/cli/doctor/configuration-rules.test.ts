// Each rule that follows from the configuration alone, broken by itself: the compiler does not let a case name what is no rule, and the last test lets no rule be without one.
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { Environment } from "../../config/environment.ts";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { checkRealms } from "../../realms.ts";
import { createSandbox } from "../../tests/support/sandbox.ts";
import type { Sandbox } from "../../tests/support/sandbox.ts";
import { checkDatabaseUrl } from "./check-database-place.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkSettings } from "./check-settings.ts";
import type { Finding } from "./finding.ts";
import type { BrokenSeverity, RuleId } from "./rule.ts";
import { doctorRules } from "./rules.ts";

const now = Date.UTC(2026, 10, 21);
const random = (): string => randomBytes(32).toString("base64");
const pepper = `p1:${random()}`;
const sandboxes: Sandbox[] = [];

afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.remove();
});

interface Installation {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Beside realm `main`, or in its place. */
  readonly realms?: Readonly<Record<string, unknown>>;
  readonly environment?: Environment;
}

const latchkey = { contract: "latchkey", mount: "/v1" };
const withPolicy = (policy: unknown): Installation => ({ realms: { main: { ...latchkey, policy } } });
const intern = (environment: Environment, more: object = {}): Installation => ({
  realms: { intern: { contract: "intern", mount: "/", ...more } },
  environment: { LATCHKEY_SECRET_INTERN: random(), ...environment },
});
const mobile = { contract: "mobile", mount: "/" };
const twilio = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t", TWILIO_FROM: "+15005550006" };

async function broken({ settings, realms, environment }: Installation): Promise<readonly Finding[]> {
  const sandbox = createSandbox({
    settings: { rootPage: false, swagger: false, ...settings, realms: { main: latchkey, ...realms } },
    environment: { PUBLIC_URL: "https://id.example", LATCHKEY_PASSWORD_PEPPER: pepper, ...environment },
  });
  sandboxes.push(sandbox);
  const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
  const findings = [
    ...checkSettings(configuration),
    ...(await checkSecrets(configuration, now)),
    ...checkPolicies(await checkRealms(configuration)),
    ...(await checkDatabaseUrl(configuration.database)),
  ];
  return findings.filter(({ severity }) => severity !== "ok");
}

const rabbit = (policy: object = {}): Installation => ({
  realms: { rabbit: { contract: "rabbit", mount: "/", policy } },
  environment: { LATCHKEY_SECRET_RABBIT: random() },
});

type Case = readonly [id: RuleId, severity: BrokenSeverity, found: RegExp, installation: Installation];

const cases: readonly Case[] = [
  [
    "public-url-encrypted",
    "unsafe",
    /^http:\/\/id/,
    {
      settings: {},
      environment: { PUBLIC_URL: "http://id.example" },
      realms: { main: { ...latchkey, issuer: "https://id.example" } },
    },
  ],
  ["public-url-public", "odd", /localhost/, { environment: { PUBLIC_URL: "http://localhost:8000" } }],
  ["issuers-encrypted", "unsafe", /^http:\/\/id/, { realms: { main: { ...latchkey, issuer: "http://id.example" } } }],
  ["proxies-few", "unsafe", /0\.0\.0\.0\/0/, { settings: { trustedProxies: ["0.0.0.0/0"] } }],
  ["proxies-few", "unsafe", /::\/0/, { settings: { trustedProxies: ["::/0"] } }],
  ["origins-exact", "odd", /main: \*/, { realms: { main: { ...latchkey, origins: ["*"] } } }],
  ["origins-exact", "odd", /http:\/\/app/, { realms: { main: { ...latchkey, origins: ["http://app.example"] } } }],
  ["metrics-private", "odd", /0\.0\.0\.0:9464/, { environment: { METRICS_HOST: "0.0.0.0", METRICS_PORT: "9464" } }],
  ["root-page-private", "odd", /on/, { settings: { rootPage: true } }],
  ["swagger-private", "odd", /on/, { settings: { swagger: true } }],
  ["log-level", "odd", /debug/, { settings: { log: { level: "debug" } } }],
  ["log-level", "odd", /silent/, { settings: { log: { level: "silent" } } }],
  ["realms-wanted", "odd", /intern/, intern({ LATCHKEY_SECRET_INTERN: "" })],
  ["sms-carrier", "unsafe", /outbox/, { realms: { mobile }, environment: { LATCHKEY_SECRET_MOBILE: random() } }],
  ["mail-carrier", "unsafe", /outbox/, rabbit({ signUp: "confirmation" })],
  ["carriers-encrypted", "unsafe", /TWILIO/, { environment: { ...twilio, TWILIO_BASE_URL: "http://gateway.example" } }],
  [
    "carriers-encrypted",
    "unsafe",
    /SMTP/,
    { environment: { SMTP_URL: "smtp://u:p@mail.example", SMTP_FROM: "a@b.example" } },
  ],
  [
    "carriers-encrypted",
    "unsafe",
    /S3/,
    {
      environment: {
        LATCHKEY_S3_BUCKET: "b",
        AWS_REGION: "r",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "s",
        LATCHKEY_S3_URL: "http://files.example/",
      },
    },
  ],
  [
    "resource-server-secrets",
    "unsafe",
    /api: the example's/,
    { realms: { main: { ...latchkey, resourceServers: [{ id: "api", secret: "for-local-use-only-change-me" }] } } },
  ],
  [
    "resource-server-secrets",
    "unsafe",
    /api: guessable/,
    { realms: { main: { ...latchkey, resourceServers: [{ id: "api", secret: "my-secret-password" }] } } },
  ],
  [
    "signing-secrets",
    "unsafe",
    /intern: secret 2 is guessable/,
    intern({ LATCHKEY_SECRET_INTERN: `${random()},secret-secret-secret-secret-secret` }),
  ],
  ["signing-secrets", "unsafe", /guessable/, intern({ LATCHKEY_SECRET_INTERN: `django-insecure-${random()}` })],
  [
    "old-secrets-strong",
    "unsafe",
    /guessable/,
    intern({ LATCHKEY_OLD_SECRET_INTERN: "super-secret-key" }, { oldSecretUntil: "2027-01-01T00:00:00Z" }),
  ],
  [
    "old-secrets-strong",
    "odd",
    /24 bytes/,
    intern(
      { LATCHKEY_OLD_SECRET_INTERN: randomBytes(18).toString("base64") },
      { oldSecretUntil: "2027-01-01T00:00:00Z" },
    ),
  ],
  ["old-secrets-end", "odd", /no end/, intern({ LATCHKEY_OLD_SECRET_INTERN: random() })],
  [
    "old-secrets-end",
    "odd",
    /ended on 2026-11-20/,
    intern({ LATCHKEY_OLD_SECRET_INTERN: "super-secret-key" }, { oldSecretUntil: "2026-11-20T23:00:00Z" }),
  ],
  ["secrets-used", "odd", /LATCHKEY_SECRET_OLD/, { environment: { LATCHKEY_SECRET_OLD: random() } }],
  ["peppers-random", "odd", /^0 in use/, { environment: { LATCHKEY_PASSWORD_PEPPER: "" } }],
  [
    "peppers-random",
    "unsafe",
    /guessable: p2/,
    { environment: { LATCHKEY_PASSWORD_PEPPER: `${pepper},p2:${Buffer.alloc(32, "pepper").toString("base64")}` } },
  ],
  ["guesses-limited", "unsafe", /main: no limit/, withPolicy({ throttling: { guessesPerAccount: null } })],
  ["addresses-limited", "unsafe", /main: no limit/, withPolicy({ throttling: { failuresPerAddress: null } })],
  ["messages-limited", "odd", /main: no limit/, withPolicy({ throttling: { messagesPerRecipient: null } })],
  ["password-length", "odd", /main: 12/, withPolicy({ passwordRule: { minimum: 12 } })],
  ["password-length", "unsafe", /main: 7/, withPolicy({ passwordRule: { minimum: 7 } })],
  ["passwords-listed", "unsafe", /main: accepted/, withPolicy({ passwordRule: { refuseGuessable: false } })],
  ["reuse-detected", "unsafe", /main: it goes on/, withPolicy({ revokeFamilyOnReuse: false })],
  ["leeway-short", "odd", /main: 61 s/, withPolicy({ leewaySeconds: 61 })],
  ["access-lifetime-short", "odd", /main: 3601 s/, withPolicy({ accessLifetimeSeconds: 3601 })],
  ["access-revoked", "unsafe", /until they expire/, withPolicy({ accessRevocation: "none" })],
  ["access-revoked", "unsafe", /outlive the log-out/, withPolicy({ logoutEndsAccess: false })],
  ["accounts-hidden", "odd", /rabbit: as its contract/, rabbit()],
  ["events-kept", "odd", /main: 30 days/, withPolicy({ eventRetentionDays: 30 })],
  [
    "database-encrypted",
    "odd",
    /none named/,
    { environment: { DATABASE_URL: `postgres://u:${randomBytes(16).toString("hex")}@db.example/x` } },
  ],
  [
    "database-encrypted",
    "odd",
    /REQUIRED/,
    { environment: { DATABASE_URL: `mysql://u:${randomBytes(16).toString("hex")}@db.example/x?ssl-mode=REQUIRED` } },
  ],
  [
    "database-password",
    "unsafe",
    /the user's name/,
    { environment: { DATABASE_URL: "postgres://latchkey:latchkey@db.example/x?sslmode=verify-full" } },
  ],
  ["database-password", "unsafe", /guessable/, { environment: { DATABASE_URL: "mysql://u:password123@127.0.0.1/x" } }],
];

describe("doctor's rules about the configuration", () => {
  it("finds nothing in a production configuration", async () => {
    expect(await broken({})).toEqual([]);
  });

  it.each(cases)("%s, %s", async (id, severity, found, installation) => {
    const findings = await broken(installation);
    // A realm of a system that is replaced may have an oddity of its own beside it.
    const others = findings.filter((one) => one.id !== id && !(one.id === "accounts-hidden" && one.severity === "odd"));
    expect(others).toEqual([]);
    expect(findings.find((one) => one.id === id)).toMatchObject({ severity, found: expect.stringMatching(found) });
  });

  it("takes what a contract documents for granted, and tells what is weaker still", async () => {
    const rules = async (policy: object) => (await broken(rabbit(policy))).map(({ id }) => id);
    expect(await rules({})).toEqual(["accounts-hidden"]);
    expect(await rules({ passwordRule: { minimum: 8 }, accessLifetimeSeconds: 86_401 })).toEqual([
      "password-length",
      "access-lifetime-short",
      "accounts-hidden",
    ]);
  });

  it("repeats no secret", async () => {
    const secret = "correct-horse-password-secret-0123";
    const findings = await broken(intern({ LATCHKEY_SECRET_INTERN: secret }));
    expect(findings.map(({ id }) => id)).toEqual(["signing-secrets"]);
    expect(JSON.stringify(findings)).not.toContain(secret);
  });

  it("has a test for every rule", () => {
    const here = new Set<string>(cases.map(([id]) => id));
    const folders = [new URL("./", import.meta.url), new URL("../commands/", import.meta.url)];
    const tests = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".test.ts") && name !== "configuration-rules.test.ts")
        .map((name) => readFileSync(new URL(name, folder), "utf8")),
    );
    const without = Object.keys(doctorRules).filter(
      (id) => !here.has(id) && !tests.some((text) => text.includes(`"${id}"`)),
    );
    expect(without).toEqual([]);
  });
});
