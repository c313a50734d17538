// Rules about the database and the master key: reachable, up to date, opened by the key, and closed to others.
import { stat } from "node:fs/promises";
import { nodePlatform } from "@latchkey/core/node";
import type { Storage } from "@latchkey/core/ports";
import { latestSchemaVersion } from "@latchkey/storage/migrations";
import type { Configuration } from "../../config/configuration.ts";
import type { Database } from "../../database/database.ts";
import { masterKeyFile, masterKeyFileMode } from "../../database/master-key-file.ts";
import { findMasterKey } from "../../database/master-key.ts";
import { openDatabase } from "../../database/open-database.ts";
import { createRealm } from "../../realms.ts";
import type { Realm } from "../../realms.ts";
import { explainFailure } from "../explain-failure.ts";
import { checkMessages } from "./check-messages.ts";
import { checkClock } from "./check-runtime.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Checks everything that needs the database. What a broken rule hides is not checked. */
export async function checkDatabase(configuration: Configuration): Promise<readonly Finding[]> {
  let database: Database;
  try {
    database = await openDatabase(configuration.database, { missing: "existing" });
  } catch (error) {
    return [
      finding("the database is reachable", false, await explainFailure(error), "a database that answers"),
      checkClock(Date.now(), undefined),
    ];
  }
  try {
    const findings = [finding("the database is reachable", true, database.name, "a database that answers")];
    const schema = await outcome("the schema is up to date", `version ${latestSchemaVersion}`, async () => {
      await database.checkSchema();
      return `version ${latestSchemaVersion}`;
    });
    findings.push(schema, ...(await checkModes(configuration)));
    if (schema.verdict !== "good") return [...findings, checkClock(Date.now(), undefined)];
    return [
      ...findings,
      checkClock(Date.now(), await newestRecord(configuration, database)),
      await checkMasterKey(configuration, database),
      await checkMessages(configuration, database, Date.now()),
    ];
  } finally {
    await database.close();
  }
}

async function checkModes({ database }: Configuration): Promise<readonly Finding[]> {
  if (process.platform === "win32" || database.dialect === "server") return [];
  const { path } = database;
  const keyFile = masterKeyFile(path);
  const keyMode = await masterKeyFileMode(keyFile);
  const databaseMode = (await stat(path)).mode & 0o777;
  return [
    modeFinding("only its owner reads the database", path, databaseMode),
    ...(keyMode === undefined ? [] : [modeFinding("only its owner reads the master key", keyFile, keyMode)]),
  ];
}

function modeFinding(rule: string, file: string, mode: number): Finding {
  return finding(rule, (mode & 0o077) === 0, `0${mode.toString(8)}`, `0600: chmod 600 ${file}`);
}

async function newestRecord(configuration: Configuration, { storage }: Database): Promise<number | undefined> {
  const events = await Promise.all(
    configuration.realms.map(({ name }) => storage.read.events.list({ realm: name, limit: 1 })),
  );
  const times = events.flat().map((event) => event.at);
  return times.length === 0 ? undefined : Math.max(...times);
}

async function checkMasterKey(configuration: Configuration, database: Database): Promise<Finding> {
  const wanted = "the master key that the database was used with before";
  const rule = "the master key opens the keys";
  // Without keys there is nothing to open, and starting a realm here would make some.
  if (!(await database.hasKeys())) return finding(rule, true, "no keys yet", wanted);
  return await outcome(rule, wanted, async () => {
    const { masterKey, formerMasterKeys, source } = await findMasterKey(configuration, database);
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
  });
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

async function outcome(rule: string, wanted: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return finding(rule, true, await work(), wanted);
  } catch (error) {
    return finding(rule, false, await explainFailure(error), wanted);
  }
}
