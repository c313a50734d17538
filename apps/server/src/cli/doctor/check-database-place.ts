// Rules about where the database is and how it is reached, by its address and its file. Nothing is opened.
import { stat, statfs } from "node:fs/promises";
import { isGuessableSecret } from "@latchkey/core";
import { isLocal } from "../../http/addresses.ts";
import type { DatabaseLocation, FileLocation, ServerLocation } from "../../database/database-url.ts";
import { masterKeyFile, masterKeyFileMode } from "../../database/master-key-file.ts";
import { judge } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { RuleId } from "./rule.ts";

// Linux's numbers of file systems that are somewhere else (statfs(2)).
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB 2"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
]);

// `require` of the driver pg verifies as `verify-full` does; MySQL's REQUIRED does not ask who answers.
const verifying: ReadonlySet<string> = new Set(["require", "verify-ca", "verify-full", "verify_identity"]);

/** Checks the way to a database on a server, by its URL. */
export async function checkDatabaseUrl(location: DatabaseLocation): Promise<readonly Finding[]> {
  if (location.dialect === "sqlite") return [];
  const url = new URL(location.url);
  return [checkEncryption(location, url), await checkPassword(url)];
}

function checkEncryption({ name }: ServerLocation, url: URL): Finding {
  const mode = url.searchParams.get("sslmode") ?? url.searchParams.get("ssl-mode") ?? "none named";
  const host = url.searchParams.get("host") ?? decoded(url.hostname);
  const socket = host === "" || host.startsWith("/") || url.searchParams.has("socketPath");
  const address = `http://${host}`;
  const near = socket || (URL.canParse(address) && isLocal(address));
  const found = near ? "on this machine" : `${name}, mode of encryption: ${mode}`;
  return judge("database-encrypted", near || verifying.has(mode.toLowerCase()), found);
}

async function checkPassword({ username, password: encoded }: URL): Promise<Finding> {
  const password = decoded(encoded);
  const own = password !== "" && password === decoded(username);
  const guessable = own || (password !== "" && (await isGuessableSecret(password)));
  const found =
    password === "" ? "none in the URL" : own ? "the user's name" : guessable ? "guessable" : "one of its own";
  return judge("database-password", !guessable, found);
}

// A driver says what it thinks of a part that is encoded wrongly; nothing is to be checked in it.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Checks a file of SQLite: its disk, and who reads it and the master key beside it. */
export async function checkDatabaseFile({ path }: FileLocation): Promise<readonly Finding[]> {
  const { type } = await statfs(path);
  const disk = checkFileSystem(type);
  if (process.platform === "win32") return [disk];
  const keyFile = masterKeyFile(path);
  const keyMode = await masterKeyFileMode(keyFile);
  return [
    disk,
    checkMode("database-private", path, (await stat(path)).mode & 0o777),
    ...(keyMode === undefined ? [] : [checkMode("master-key-private", keyFile, keyMode)]),
  ];
}

/** Checks a file system by the number that Linux has for it; elsewhere none is known. */
export function checkFileSystem(type: number): Finding {
  // The kernel's number is 32 bits wide; where it is read as a signed one, CIFS is negative.
  const name = networkFileSystems.get(type >>> 0);
  return judge("database-disk-local", name === undefined, name ?? "no network file system that is known");
}

function checkMode(id: RuleId, file: string, mode: number): Finding {
  return judge(id, (mode & 0o077) === 0, `0${mode.toString(8)}`, { wanted: `0600: chmod 600 ${file}` });
}
