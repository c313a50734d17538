// Which master key opens a database's signing keys: the environment's, the file's, or, for a new SQLite database, one that is made now.
import { parseMasterKeys } from "@latchkey/core";
import type { Configuration } from "../config/configuration.ts";
import type { Database } from "./database.ts";
import { createMasterKeyFile, masterKeyFile, masterKeyFileMode, readMasterKeyFile } from "./master-key-file.ts";

/** The master key is missing or wrong. The message says what to do. */
export class MasterKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MasterKeyError";
  }
}

/** A master key, those of before that still open what they encrypted, and where they come from. */
export interface FoundMasterKey {
  readonly masterKey: Uint8Array<ArrayBuffer>;
  readonly formerMasterKeys: readonly Uint8Array<ArrayBuffer>[];
  /** `LATCHKEY_MASTER_KEY` or the file's path. */
  readonly source: string;
  /** What is odd about it, for the log. */
  readonly warning: string | undefined;
}

const variable = "LATCHKEY_MASTER_KEY";
const unset =
  `The master key is missing: with a database on a server, set ${variable}, the same for every process.\n` +
  "Make one, and keep it apart from the database's backups: openssl rand -base64 32";

/** Finds the master key, or makes one where the database is SQLite's and has no keys yet. The schema must be up to date. @throws MasterKeyError */
export async function findMasterKey(configuration: Configuration, database: Database): Promise<FoundMasterKey> {
  if (configuration.masterKey !== undefined) {
    return { ...parse(configuration.masterKey, variable), source: variable, warning: undefined };
  }
  // Several processes on several machines share a server database: none of them may make a key that the others do not have.
  if (configuration.database.dialect === "server") throw new MasterKeyError(unset);
  const file = masterKeyFile(configuration.database.path);
  let text = await readMasterKeyFile(file);
  if (text === undefined) {
    const hasKeys = await database.hasKeys();
    // Another process may have made both since the first look.
    text = hasKeys ? await readMasterKeyFile(file) : await createMasterKeyFile(file);
    if (text === undefined) throw new MasterKeyError(missing(file));
  }
  return { ...parse(text, file), source: file, warning: await modeWarning(file) };
}

function parse(text: string, source: string): Pick<FoundMasterKey, "masterKey" | "formerMasterKeys"> {
  try {
    const [masterKey, ...formerMasterKeys] = parseMasterKeys(text);
    return { masterKey: masterKey!, formerMasterKeys };
  } catch (error) {
    throw new MasterKeyError(`${(error as Error).message}\n(It comes from ${source}.)`);
  }
}

function missing(file: string): string {
  return (
    `The master key is missing: the database has signing keys, but ${variable} is not set and ${file} does not exist.\n` +
    `Set ${variable} to the key that they were made with, or restore the file from a backup.`
  );
}

async function modeWarning(file: string): Promise<string | undefined> {
  const mode = await masterKeyFileMode(file);
  if (mode === undefined || (mode & 0o077) === 0 || process.platform === "win32") return undefined;
  return `Others can read the master key: ${file} has mode 0${mode.toString(8)}. Run: chmod 600 ${file}`;
}
