// The file that holds a generated master key: beside the database file and named after it, for its owner's eyes only.
import { randomBytes } from "node:crypto";
import { link, open, readFile, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Where the key of a database file is: `latchkey.db` has `latchkey.db.key`. */
export function masterKeyFile(databaseFile: string): string {
  return `${databaseFile}.key`;
}

/** The key's text; `undefined` where there is no file. */
export async function readMasterKeyFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a key and its file in one step that either happens wholly or not at all, and returns what the file then holds:
 * of several processes that start at once, one makes it and the others read it.
 */
export async function createMasterKeyFile(file: string): Promise<string> {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString("base64url")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A hard link fails where the name is taken, and a reader never sees half a file.
    await link(draft, file);
    await syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(draft);
  }
  return (await readFile(file, "utf8")).trim();
}

/** The file's permission bits, where the system has such; `undefined` where there is no file. */
export async function masterKeyFileMode(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

// The name must be as durable as the keys that will depend on it.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
