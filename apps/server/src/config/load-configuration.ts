// Reads the settings file and the environment into one configuration, or says everything that is wrong with them at once. It creates nothing.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { PasswordPepper } from "@latchkey/core";
import { contracts } from "../contracts.ts";
import type { ServerSettings } from "@latchkey/storage";
import { parseDatabaseUrl } from "../database/database-url.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { ConfigurationProblem } from "./configuration-error.ts";
import type { Configuration, RealmConfiguration } from "./configuration.ts";
import { describeIssues, pathText } from "./describe-issues.ts";
import {
  overrideSettings,
  readPasswordPeppers,
  readRealmSecrets,
  secretVariable,
  unusedSecretVariables,
} from "./environment.ts";
import type { Environment } from "./environment.ts";
import { messagingProblems, readMessaging } from "./messaging.ts";
import { oldSecretProblems, readOldSecret } from "./old-secret.ts";
import { readUploads, uploadProblems } from "./uploads.ts";
import { settingsSchema } from "./schema.ts";
import { defaultSettings } from "./settings.ts";
import type { HttpLimits, RealmSettings, Settings } from "./settings.ts";

/** Loads the configuration; relative paths begin at the file's folder, those of variables at `workingDirectory`. @throws ConfigurationError */
export function loadConfiguration(environment: Environment, workingDirectory: string): Configuration {
  const file = resolve(workingDirectory, environment["LATCHKEY_CONFIG"] || "latchkey.config.json");
  const { input, variables } = overrideSettings(readObject(file, environment), environment);
  const realmNames = Object.keys(
    typeof input["realms"] === "object" && input["realms"] !== null ? input["realms"] : {},
  );
  const { secrets, problems: secretProblems } = readRealmSecrets(realmNames, environment);
  const result = settingsSchema.safeParse(input);
  const problems: ConfigurationProblem[] = [];
  if (!result.success) {
    const nameOf = (path: readonly PropertyKey[]) =>
      (path.length === 1 ? variables.get(String(path[0])) : undefined) ?? pathText(path);
    problems.push(...describeIssues(settingsSchema, result.error.issues, input, nameOf));
  } else {
    problems.push(...crossProblems(result.data, environment), ...oldSecretProblems(result.data.realms, environment));
  }
  const { peppers, problems: pepperProblems } = readPasswordPeppers(environment);
  problems.push(
    ...secretProblems,
    ...pepperProblems,
    ...messagingProblems(environment),
    ...uploadProblems(environment),
  );
  if (!result.success || problems.length > 0) throw new ConfigurationError(file, problems);
  const folder = variables.has("databaseUrl") ? workingDirectory : dirname(file);
  return complete({ settings: result.data, file, folder, environment, secrets, peppers });
}

function readObject(file: string, environment: Environment): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const named = environment["LATCHKEY_CONFIG"] ? "LATCHKEY_CONFIG names it" : "name another with LATCHKEY_CONFIG";
    const message =
      code === "ENOENT"
        ? `does not exist (${named}); run from the folder that has it`
        : `cannot be read: ${code} (${named})`;
    throw new ConfigurationError(file, [{ path: "(the file)", message }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // The engine's message quotes the text around the place, which may hold a secret: only the place is kept.
    const place = /line \d+ column \d+/.exec((error as Error).message)?.[0];
    throw new ConfigurationError(file, [
      {
        path: "(the file)",
        message: `is no JSON${place === undefined ? "" : `: see ${place}`} (comments and trailing commas are not allowed)`,
      },
    ]);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigurationError(file, [{ path: "(the file)", message: "must be a JSON object" }]);
  }
  return value as Record<string, unknown>;
}

/** What no field shows by itself. */
function crossProblems(settings: Settings, environment: Environment): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  if (metricsOf(settings)?.port === (settings.port ?? defaultSettings.port)) {
    problems.push({ path: "metricsPort", message: "must differ from the port: metrics are not for the public" });
  }
  const http = { ...defaultSettings.http, ...settings.http };
  if (http.headersMilliseconds! > http.requestMilliseconds!) {
    problems.push({ path: "http.headersMilliseconds", message: "must not be more than requestMilliseconds" });
  }
  for (const [name, realm] of Object.entries(settings.realms))
    problems.push(...realmProblems(name, realm, environment));
  problems.push(...neighbourProblems(settings));
  const byVariable = Map.groupBy(Object.keys(settings.realms), secretVariable);
  for (const [variable, names] of byVariable) {
    if (names.length > 1) {
      problems.push({ path: "realms", message: `${names.join(" and ")} share the variable ${variable}; rename one` });
    }
  }
  return problems;
}

/** Realms that would hide one another's paths, or whose resource servers could not tell one's tokens from the other's. */
function neighbourProblems(settings: Settings): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const publicUrl = publicUrlOf(settings);
  const realms = Object.entries(settings.realms).map(([name, { contract, mount, issuer }]) => ({
    name,
    contract,
    mount,
    issuer: issuer ?? issuerOf(publicUrl, mount),
  }));
  for (const [place, realm] of realms.entries()) {
    const others = realms.slice(0, place);
    const neighbour = others.find((other) => covers(other, realm) || covers(realm, other));
    const namesake = others.find(({ contract, issuer }) => contract === realm.contract && issuer === realm.issuer);
    if (neighbour !== undefined) {
      const where = neighbour.mount === realm.mount ? "is the mount" : `overlaps ${neighbour.mount}, the mount`;
      problems.push({
        path: `realms.${realm.name}.mount`,
        message: `${where} of realm ${neighbour.name}; choose another`,
      });
    } else if (namesake !== undefined) {
      problems.push({
        path: `realms.${realm.name}.issuer`,
        message: `is that of realm ${namesake.name}; choose another`,
      });
    }
  }
  return problems;
}

// A realm at `/v1` answers everything below; one at `/` only its contract's paths, so that several contracts may stand there.
function covers(realm: Place, other: Place): boolean {
  if (realm.mount === "/") return other.mount === "/" && realm.contract === other.contract;
  return realm.mount === other.mount || other.mount.startsWith(`${realm.mount}/`);
}

type Place = Pick<RealmSettings, "mount" | "contract">;

function realmProblems(name: string, realm: RealmSettings, environment: Environment): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const at = `realms.${name}`;
  if (/^\/(health|media|swagger)(\/|$)|^\/openapi/.test(realm.mount)) {
    problems.push({ path: `${at}.mount`, message: "is taken by the server's own pages; choose another path" });
  }
  const { refreshIdleSeconds: idle, refreshAbsoluteSeconds: absolute } = realm.policy ?? {};
  if (idle !== undefined && absolute !== undefined && idle > absolute) {
    problems.push({
      path: `${at}.policy.refreshIdleSeconds`,
      message: "must not be longer than refreshAbsoluteSeconds",
    });
  }
  const signing = realm.signing ?? contracts[realm.contract].signing;
  if (environment[secretVariable(name)] && signing !== "HS256") {
    problems.push({
      path: secretVariable(name),
      message: `is set, but the realm signs with ${signing}; remove it or set ${at}.signing to "HS256"`,
    });
  }
  for (const [index, server] of (realm.resourceServers ?? []).entries()) {
    const variable = server.secretEnvironment;
    if (variable !== undefined && (environment[variable]?.length ?? 0) < 16) {
      problems.push({
        path: `${at}.resourceServers[${index}].secretEnvironment`,
        message: `names ${variable}, which ${environment[variable] ? "has fewer than 16 characters" : "is not set"}`,
      });
    }
  }
  return problems;
}

interface Loaded {
  readonly settings: Settings;
  readonly file: string;
  readonly folder: string;
  readonly environment: Environment;
  readonly secrets: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly peppers: readonly PasswordPepper[];
}

function complete(from: Loaded): Configuration {
  const { settings, environment } = from;
  const publicUrl = publicUrlOf(settings);
  const names = Object.keys(settings.realms);
  return {
    file: from.file,
    host: settings.host ?? defaultSettings.host,
    port: settings.port ?? defaultSettings.port,
    publicUrl,
    database: parseDatabaseUrl(settings.databaseUrl ?? defaultSettings.databaseUrl, from.folder, {
      ...defaultSettings.databasePool,
      ...settings.databasePool,
    } as ServerSettings),
    purge: completePurge(settings),
    metrics: metricsOf(settings),
    http: { ...defaultSettings.http, ...settings.http } as HttpLimits,
    trustedProxies: settings.trustedProxies ?? defaultSettings.trustedProxies,
    rootPage: settings.rootPage ?? defaultSettings.rootPage,
    swagger: settings.swagger ?? defaultSettings.swagger,
    log: { level: settings.log?.level ?? "info", format: settings.log?.format ?? "auto" },
    realms: names.map((name) => completeRealm(name, settings.realms[name]!, publicUrl, from)),
    only: false,
    messaging: readMessaging(environment, from.folder),
    uploads: readUploads(environment, from.folder),
    masterKey: environment["LATCHKEY_MASTER_KEY"] || undefined,
    passwordPeppers: from.peppers,
    warnings: unusedSecretVariables(names, environment).map((name) => `${name} is set, but no realm uses it`),
  };
}

// `null` is a word of its own: never.
function completePurge({ purge: { intervalSeconds = 600, batch = 500 } = {} }: Settings): Configuration["purge"] {
  return { intervalSeconds, batch };
}

function metricsOf({
  metricsHost: host = defaultSettings.metricsHost,
  metricsPort: port = defaultSettings.metricsPort,
}: Settings): Configuration["metrics"] {
  return port === null || port === 0 ? null : { host, port };
}

function publicUrlOf({ publicUrl = defaultSettings.publicUrl }: Settings): string {
  return publicUrl.replace(/\/+$/, "");
}

function issuerOf(publicUrl: string, mount: string): string {
  return mount === "/" ? publicUrl : publicUrl + mount;
}

function completeRealm(
  name: string,
  realm: RealmSettings,
  publicUrl: string,
  { file, secrets, environment }: Loaded,
): RealmConfiguration {
  const oldSecret = readOldSecret(name, realm, environment);
  return {
    name,
    contract: realm.contract,
    mount: realm.mount,
    issuer: realm.issuer ?? issuerOf(publicUrl, realm.mount),
    ...(realm.audience === undefined ? {} : { audience: realm.audience }),
    signing: realm.signing ?? contracts[realm.contract].signing,
    secrets: secrets.get(name) ?? [],
    ...(oldSecret === undefined ? {} : { oldSecret }),
    policy: realm.policy ?? {},
    ...(realm.origins === undefined ? {} : { origins: realm.origins }),
    ...(realm.referenceData === undefined ? {} : { referenceData: resolve(dirname(file), realm.referenceData) }),
    resourceServers: (realm.resourceServers ?? []).map((server) => ({
      id: server.id,
      secret: server.secret ?? environment[server.secretEnvironment ?? ""] ?? "",
    })),
  };
}
