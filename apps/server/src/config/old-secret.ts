// The HS256 secret of a system that a realm replaces: its outstanding access tokens live on until they expire. One for each realm, of any length, and never one that signs.
import type { ConfigurationProblem } from "./configuration-error.ts";
import { oldSecretVariable, secretVariable, type Environment } from "./environment.ts";
import type { RealmSettings } from "./settings.ts";

/** An old secret and its end in milliseconds since the epoch. */
export interface OldSecret {
  readonly secret: Uint8Array;
  readonly until?: number;
}

/** The old secret that the environment has for a realm; the whole value is one secret, commas included. */
export function readOldSecret(name: string, realm: RealmSettings, environment: Environment): OldSecret | undefined {
  const value = environment[oldSecretVariable(name)];
  if (value === undefined || value === "") return undefined;
  const { oldSecretUntil } = realm;
  return {
    secret: new TextEncoder().encode(value),
    ...(oldSecretUntil !== undefined && { until: Date.parse(oldSecretUntil) }),
  };
}

/** What is wrong with the old secrets of all realms. */
export function oldSecretProblems(
  realms: Readonly<Record<string, RealmSettings>>,
  environment: Environment,
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const owners = new Map<string, string>();
  for (const variable of Object.keys(realms).map(secretVariable))
    for (const part of environment[variable]?.split(",") ?? []) owners.set(part, variable);
  for (const [name, { oldSecretUntil }] of Object.entries(realms)) {
    const variable = oldSecretVariable(name);
    const value = environment[variable];
    if (oldSecretUntil !== undefined && Number.isNaN(Date.parse(oldSecretUntil)))
      problems.push({ path: `realms.${name}.oldSecretUntil`, message: "is no instant of the calendar" });
    if (value === undefined || value === "") continue;
    const owner = owners.get(value);
    if (owner !== undefined)
      problems.push({
        path: variable,
        message: `repeats a secret of ${owner}; a realm that goes on signing with its old secret needs ${secretVariable(name)} alone`,
      });
    owners.set(value, variable);
    if (!environment[secretVariable(name)])
      problems.push({
        path: variable,
        message: `needs ${secretVariable(name)} beside it, which signs from now on (make one: openssl rand -base64 32)`,
      });
  }
  return problems;
}
