// One realm for one command: configuration, database, master key, provider; everything is closed afterwards.
import type { Actor, IdentityProvider } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import type { Configuration, RealmConfiguration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { suggestion } from "../config/suggest.ts";
import { findMasterKey } from "../database/master-key.ts";
import { openReadyDatabase } from "../database/open-database.ts";
import { createRealm } from "../realms.ts";
import { UsageError } from "./command.ts";
import type { CommandInput } from "./command.ts";

/** The actor of every command, as events record it. */
export const operator: Actor = Object.freeze({ kind: "operator" });

/** Runs `work` with the provider of the realm that `--realm` names. The database must exist and be up to date. */
export async function withRealm(
  input: CommandInput,
  work: (
    provider: IdentityProvider,
    of: { readonly realm: RealmConfiguration; readonly configuration: Configuration },
  ) => Promise<number>,
): Promise<number> {
  const { environment, workingDirectory, stderr } = input.io;
  const configuration = loadConfiguration(environment, workingDirectory);
  const names = configuration.realms.map((candidate) => candidate.name);
  const realm = configuration.realms.find((candidate) => candidate.name === input.realm);
  if (realm === undefined) {
    throw new UsageError(`There is no realm "${input.realm}" in the configuration; ${suggestion(input.realm, names)}`);
  }
  const database = await openReadyDatabase(configuration.database, { missing: "existing" });
  try {
    const { masterKey, formerMasterKeys } = await findMasterKey(configuration, database);
    const { provider } = await createRealm(realm, {
      storage: database.storage,
      masterKey,
      formerMasterKeys,
      platform: nodePlatform(),
      configuration,
      onBackgroundError: (error) => stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
    });
    try {
      await provider.start();
      return await work(provider, { realm, configuration });
    } finally {
      await provider.close();
    }
  } finally {
    await database.close();
  }
}
