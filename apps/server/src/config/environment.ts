// The environment's part of the configuration: which variables override which settings, and the secrets that belong in no file.
import type { PasswordPepper } from "@latchkey/core";
import type { ConfigurationProblem } from "./configuration-error.ts";

/** Environment variables; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

const overrides = {
  host: "HOST",
  port: "PORT",
  databaseUrl: "DATABASE_URL",
  publicUrl: "PUBLIC_URL",
  metricsHost: "METRICS_HOST",
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

/** The variable that holds the one HS256 secret of the system that a realm replaces. */
export function oldSecretVariable(realm: string): string {
  return secretVariable(realm).replace("LATCHKEY_SECRET_", "LATCHKEY_OLD_SECRET_");
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
  const used = new Set(realms.flatMap((realm) => [secretVariable(realm), oldSecretVariable(realm)]));
  return Object.keys(environment).filter((name) => /^LATCHKEY_(OLD_)?SECRET_/.test(name) && !used.has(name));
}

const pepperVariable = "LATCHKEY_PASSWORD_PEPPER";

/** The peppers of password hashes: `id:secret`, separated by commas, the secret in base64 or base64url. The first goes into new hashes. */
export function readPasswordPeppers(environment: Environment): {
  readonly peppers: readonly PasswordPepper[];
  readonly problems: readonly ConfigurationProblem[];
} {
  const peppers = (environment[pepperVariable] || undefined)?.split(",").map(readPepper) ?? [];
  const ids = peppers.map((pepper) => pepper?.id);
  const message = peppers.includes(undefined)
    ? "must be id:secret, the id of 1 to 8 letters, digits, - or _, the secret of at least 16 bytes in base64 (make one: openssl rand -base64 32)"
    : "names an id twice";
  const sound = !peppers.includes(undefined) && new Set(ids).size === ids.length;
  return sound
    ? { peppers: peppers.filter((pepper) => pepper !== undefined), problems: [] }
    : { peppers: [], problems: [{ path: pepperVariable, message }] };
}

function readPepper(text: string): PasswordPepper | undefined {
  const [, id = "", encoded = ""] = /^([\w-]{1,8}):([A-Za-z0-9+/_-]+)={0,2}$/.exec(text.trim()) ?? [];
  const secret = new Uint8Array(Buffer.from(encoded, "base64"));
  return id !== "" && secret.length >= 16 ? { id, secret } : undefined;
}
