// Rules about the database and the master key: reachable, up to date, opened by the key.
import { nodePlatform } from "@latchkey/core/node";
import type { Storage } from "@latchkey/core/ports";
import { latestSchemaVersion } from "@latchkey/storage/migrations";
import type { Configuration } from "../../config/configuration.ts";
import type { Database } from "../../database/database.ts";
import { findMasterKey } from "../../database/master-key.ts";
import type { FoundMasterKey } from "../../database/master-key.ts";
import { openDatabase } from "../../database/open-database.ts";
import { createRealm } from "../../realms.ts";
import type { Realm } from "../../realms.ts";
import { explainFailure } from "../explain-failure.ts";
import { checkDatabaseFile, checkDatabaseUrl } from "./check-database-place.ts";
import { checkMessages } from "./check-messages.ts";
import { checkClock } from "./check-runtime.ts";
import { checkMasterKeys } from "./check-secrets.ts";
import { judge } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { RuleId } from "./rule.ts";

/** Checks everything that needs the database. What a broken rule hides is not checked. */
export async function checkDatabase(configuration: Configuration): Promise<readonly Finding[]> {
  const place = await checkDatabaseUrl(configuration.database);
  let database: Database;
  try {
    database = await openDatabase(configuration.database, { missing: "existing" });
  } catch (error) {
    return [
      ...place,
      judge("database-reachable", false, await explainFailure(error)),
      checkClock(Date.now(), undefined),
    ];
  }
  try {
    const schema = await outcome("schema-current", async () => {
      await database.checkSchema();
      return `version ${latestSchemaVersion}`;
    });
    const { database: location } = configuration;
    const file = location.dialect === "sqlite" ? await checkDatabaseFile(location) : [];
    const findings = [...place, judge("database-reachable", true, database.name), ...file, schema];
    if (schema.severity !== "ok") return [...findings, checkClock(Date.now(), undefined)];
    return [
      ...findings,
      checkClock(Date.now(), await newestRecord(configuration, database)),
      ...(await checkKeys(configuration, database)),
      await checkMessages(configuration, database, Date.now()),
    ];
  } finally {
    await database.close();
  }
}

async function newestRecord(configuration: Configuration, { storage }: Database): Promise<number | undefined> {
  const events = await Promise.all(
    configuration.realms.map(({ name }) => storage.read.events.list({ realm: name, limit: 1 })),
  );
  const times = events.flat().map((event) => event.at);
  return times.length === 0 ? undefined : Math.max(...times);
}

async function checkKeys(configuration: Configuration, database: Database): Promise<readonly Finding[]> {
  // Without keys there is nothing to open, and starting a realm here would make some.
  if (!(await database.hasKeys())) return [judge("master-key-opens", true, "no keys yet")];
  let keys: FoundMasterKey;
  try {
    keys = await findMasterKey(configuration, database);
  } catch (error) {
    return [judge("master-key-opens", false, await explainFailure(error))];
  }
  return [
    ...checkMasterKeys(keys.masterKey, keys.formerMasterKeys),
    await outcome("master-key-opens", () => openWith(keys, configuration, database)),
  ];
}

async function openWith(keys: FoundMasterKey, configuration: Configuration, database: Database): Promise<string> {
  const { masterKey, formerMasterKeys, source } = keys;
  const { storage, wasWritten } = readOnly(database.storage);
  for (const realm of configuration.realms) {
    if ((await storage.read.keys.list({ realm: realm.name })).length === 0) continue;
    const { provider } = await createRealm(realm, {
      storage,
      masterKey,
      formerMasterKeys,
      platform: nodePlatform(),
      configuration,
      onBackgroundError: () => {},
    });
    await openKeys(provider, wasWritten);
  }
  return source;
}

// A start opens every stored key before it makes one that is missing, for an algorithm that was changed, say: at that point everything was seen.
async function openKeys(provider: Realm["provider"], wasWritten: () => boolean): Promise<void> {
  try {
    await provider.start();
  } catch (error) {
    if (!wasWritten()) throw error;
  } finally {
    await provider.close();
  }
}

/** The same storage, but for units of work: they are refused, and the refusal is remembered. */
function readOnly(storage: Storage): { readonly storage: Storage; readonly wasWritten: () => boolean } {
  let written = false;
  const transact = (): Promise<never> => {
    written = true;
    return Promise.reject(new Error("doctor changes nothing"));
  };
  const { read, families, feed } = storage;
  const same = { read, families, feed, ping: () => storage.ping(), close: () => storage.close() };
  return { storage: { ...same, transact }, wasWritten: () => written };
}

async function outcome(id: RuleId, work: () => Promise<string>): Promise<Finding> {
  try {
    return judge(id, true, await work());
  } catch (error) {
    return judge(id, false, await explainFailure(error));
  }
}
