// What a database URL means, without touching anything. It knows the schemes, not the drivers.
import { resolve } from "node:path";

/** Where the database is. PostgreSQL and MySQL get members of their own when their dialects come. */
export interface DatabaseLocation {
  readonly dialect: "sqlite";
  /** The absolute path of the file. */
  readonly path: string;
}

const servers = new Map([
  ["postgres:", "PostgreSQL"],
  ["postgresql:", "PostgreSQL"],
  ["mysql:", "MySQL"],
  ["mariadb:", "MariaDB"],
]);

/** What is wrong with a database URL, together with the fix; `undefined` where nothing is. The URL is not repeated: it may hold a password. */
export function databaseUrlProblem(url: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase();
  if (scheme === undefined) return 'must begin with a scheme, for example "sqlite:./data/latchkey.db"';
  const server = servers.get(scheme);
  if (server !== undefined) return `names ${server}, whose dialect this release does not have yet; use "sqlite:PATH"`;
  if (scheme !== "sqlite:") return `has the unknown scheme "${scheme}"; use "sqlite:PATH"`;
  const path = url.slice(scheme.length);
  if (path.startsWith("//"))
    return 'must be "sqlite:" and a path without "//": "sqlite:./data/latchkey.db" or "sqlite:/var/lib/latchkey.db"';
  if (path === "" || path.endsWith("/") || path.includes("\0"))
    return 'needs the path of a file, for example "sqlite:./data/latchkey.db"';
  if (path.startsWith(":") || path.includes("?"))
    return "must name a file: databases in memory and parameters are not supported";
  return undefined;
}

/** The location that a correct URL names; relative paths begin at `folder`. */
export function parseDatabaseUrl(url: string, folder: string): DatabaseLocation {
  const problem = databaseUrlProblem(url);
  if (problem !== undefined) throw new TypeError(`databaseUrl ${problem}`);
  return { dialect: "sqlite", path: resolve(folder, url.slice("sqlite:".length)) };
}
