// Rules about secrets of the configuration: random, in use, and with an end. No finding repeats one.
import { isGuessableSecret } from "@latchkey/core";
import type { Configuration } from "../../config/configuration.ts";
import { judge, judgeAll } from "./finding.ts";
import type { Finding } from "./finding.ts";

// The secret of the file in the repository, which everybody can read.
const exampleSecret = "for-local-use-only-change-me";
// What Django puts before the keys that it writes into new projects' source code.
const djangoPrefix = "django-insecure-";
const hs256Bytes = 32;
/** Of 32 random bytes, nearly all differ; of 16, 13 at least. */
const leastDifferentBytes = 10;

/** Checks the secrets of realms and the peppers. */
export async function checkSecrets(configuration: Configuration, now: number): Promise<readonly Finding[]> {
  const { realms, passwordPeppers, warnings } = configuration;
  const weak = passwordPeppers.filter(({ secret }) => !isRandom(secret));
  return [
    judgeAll("resource-server-secrets", await resourceServers(realms), "none is the example's or guessable"),
    judgeAll("signing-secrets", await signingSecrets(realms), "none is guessable"),
    ...(await checkOldSecrets(realms, now)),
    judgeAll("secrets-used", warnings, "none is left over"),
    judge(
      "peppers-random",
      passwordPeppers.length > 0 && weak.length === 0,
      weak.length > 0 ? `guessable: ${weak.map(({ id }) => id).join(", ")}` : `${passwordPeppers.length} in use`,
      { severity: weak.length > 0 ? "unsafe" : "odd" },
    ),
  ];
}

/** Checks the master keys, whose first encrypts. */
export function checkMasterKeys(masterKey: Uint8Array, formerMasterKeys: readonly Uint8Array[]): readonly Finding[] {
  const former = formerMasterKeys.length;
  return [
    judge(
      "master-key-random",
      isRandom(masterKey),
      isRandom(masterKey) ? "32 bytes" : "32 bytes, hardly any different",
    ),
    judge("master-key-former", former === 0, former === 0 ? "none" : `${former} beside the first`),
  ];
}

function isRandom(secret: Uint8Array): boolean {
  return new Set(secret).size >= leastDifferentBytes;
}

async function isWeak(secret: string): Promise<boolean> {
  return secret.startsWith(djangoPrefix) || (await isGuessableSecret(secret));
}

async function resourceServers(realms: Configuration["realms"]): Promise<readonly string[]> {
  const offenders: string[] = [];
  for (const { name, resourceServers: servers } of realms)
    for (const { id, secret } of servers) {
      if (secret === exampleSecret) offenders.push(`realm ${name}, ${id}: the example's`);
      else if (await isWeak(secret)) offenders.push(`realm ${name}, ${id}: guessable`);
    }
  return offenders;
}

async function signingSecrets(realms: Configuration["realms"]): Promise<readonly string[]> {
  const offenders: string[] = [];
  for (const { name, secrets } of realms)
    for (const [index, secret] of secrets.entries())
      if (await isWeak(new TextDecoder().decode(secret)))
        offenders.push(`realm ${name}: secret ${index + 1} is guessable`);
  return offenders;
}

async function checkOldSecrets(realms: Configuration["realms"], now: number): Promise<readonly Finding[]> {
  const guessable: string[] = [];
  const short: string[] = [];
  const endless: string[] = [];
  for (const { name, oldSecret } of realms) {
    if (oldSecret === undefined) continue;
    const { secret, until } = oldSecret;
    const over = until !== undefined && until <= now;
    if (until === undefined) endless.push(`realm ${name}: no end`);
    else if (over) endless.push(`realm ${name}: ended on ${new Date(until).toISOString().slice(0, 10)}`);
    // After its end nothing is believed under it.
    if (over) continue;
    if (await isWeak(new TextDecoder().decode(secret))) guessable.push(`realm ${name}: guessable`);
    else if (secret.length < hs256Bytes) short.push(`realm ${name}: ${secret.length} bytes`);
  }
  return [
    judgeAll("old-secrets-strong", [...guessable, ...short], "none is believed, or none is weak", {
      severity: guessable.length > 0 ? "unsafe" : "odd",
    }),
    judgeAll("old-secrets-end", endless, "none, or with an end to come"),
  ];
}
