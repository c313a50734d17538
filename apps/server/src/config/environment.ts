// The environment's part of the configuration: which variables override which settings, and the secrets that belong in no file.
import type { ConfigurationProblem } from "./configuration-error.ts";

/** Environment variables; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

const overrides = {
  host: "HOST",
  port: "PORT",
  databaseUrl: "DATABASE_URL",
  publicUrl: "PUBLIC_URL",
  metricsPort: "METRICS_PORT",
} as const;
const numeric: ReadonlySet<string> = new Set(["port", "metricsPort"]);

/** Settings with the environment's values in place of the file's, and the variable's name for each that was replaced. An empty variable counts as unset. */
export function overrideSettings(
  file: Readonly<Record<string, unknown>>,
  environment: Environment,
): { readonly input: Record<string, unknown>; readonly variables: ReadonlyMap<string, string> } {
  const input: Record<string, unknown> = { ...file };
  const variables = new Map<string, string>();
  for (const [setting, variable] of Object.entries(overrides)) {
    const value = environment[variable];
    if (value === undefined || value === "") continue;
    input[setting] = numeric.has(setting) && /^\d{1,9}$/.test(value) ? Number(value) : value;
    variables.set(setting, variable);
  }
  return { input, variables };
}

/** The variable that holds a realm's HS256 secrets. */
export function secretVariable(realm: string): string {
  return `LATCHKEY_SECRET_${realm.toUpperCase().replaceAll("-", "_")}`;
}

/** The secrets of each realm that the environment names: the raw UTF-8 bytes of the value, `new,old` for several. */
export function readRealmSecrets(
  realms: readonly string[],
  environment: Environment,
): {
  readonly secrets: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly problems: readonly ConfigurationProblem[];
} {
  const secrets = new Map<string, readonly Uint8Array[]>();
  const problems: ConfigurationProblem[] = [];
  const owners = new Map<string, string>();
  const seen = new Set<string>();
  for (const realm of realms) {
    const variable = secretVariable(realm);
    const value = environment[variable];
    if (value === undefined || value === "" || seen.has(variable)) continue;
    seen.add(variable);
    const parts = value.split(",");
    for (const part of parts) {
      const length = Buffer.byteLength(part);
      if (length < 32) {
        problems.push({
          path: variable,
          message: `has a secret of ${length} bytes; each needs at least 32 (make one: openssl rand -base64 32)`,
        });
      }
      const owner = owners.get(part);
      if (owner !== undefined) {
        problems.push({
          path: variable,
          message: `repeats a secret of ${owner}; a token of one realm would be good in the other, so give each its own`,
        });
      }
    }
    for (const part of parts) owners.set(part, variable);
    secrets.set(
      realm,
      parts.map((part) => new TextEncoder().encode(part)),
    );
  }
  return { secrets, problems };
}

/** Secrets in the environment that no realm of the configuration uses. */
export function unusedSecretVariables(realms: readonly string[], environment: Environment): readonly string[] {
  const used = new Set(realms.map(secretVariable));
  return Object.keys(environment).filter((name) => name.startsWith("LATCHKEY_SECRET_") && !used.has(name));
}
