// What a database URL means, without touching anything. It knows the schemes, not the drivers.
import { resolve } from "node:path";
import type { ServerSettings } from "@latchkey/storage";

/** A file. */
export interface FileLocation {
  readonly dialect: "sqlite";
  /** The absolute path of the file. */
  readonly path: string;
}

/** A database on a server. */
export interface ServerLocation {
  readonly dialect: "server";
  /** For people, without user and password: `PostgreSQL at db.example:5432/latchkey`. */
  readonly name: string;
  /** May hold a password. */
  readonly url: string;
  readonly pool: ServerSettings;
}

/** Where the database is. */
export type DatabaseLocation = FileLocation | ServerLocation;

const servers = new Map([
  ["postgres:", { title: "PostgreSQL", form: "postgres://USER:PASSWORD@HOST:5432/DATABASE" }],
  ["postgresql:", { title: "PostgreSQL", form: "postgresql://USER:PASSWORD@HOST:5432/DATABASE" }],
  ["mysql:", { title: "MySQL", form: "mysql://USER:PASSWORD@HOST:3306/DATABASE" }],
  ["mariadb:", { title: "MariaDB", form: "mariadb://USER:PASSWORD@HOST:3306/DATABASE" }],
]);

function schemeOf(url: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase();
}

/** What is wrong with a database URL, together with the fix; `undefined` where nothing is. The URL is not repeated: it may hold a password. */
export function databaseUrlProblem(url: string): string | undefined {
  const scheme = schemeOf(url);
  if (scheme === undefined) return 'must begin with a scheme, for example "sqlite:./data/latchkey.db"';
  const server = servers.get(scheme);
  if (server !== undefined) return isServerUrl(url) ? undefined : `must be ${server.form}`;
  if (scheme !== "sqlite:") return `has the unknown scheme "${scheme}"; use "sqlite:", "postgres:" or "mysql:"`;
  const path = url.slice(scheme.length);
  if (path.startsWith("//"))
    return 'must be "sqlite:" and a path without "//": "sqlite:./data/latchkey.db" or "sqlite:/var/lib/latchkey.db"';
  if (path === "" || path.endsWith("/") || path.includes("\0"))
    return 'needs the path of a file, for example "sqlite:./data/latchkey.db"';
  if (path.startsWith(":") || path.includes("?"))
    return "must name a file: databases in memory and parameters are not supported";
  return undefined;
}

function isServerUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && /^\/[^/]+$/.test(parsed.pathname) && (parsed.host !== "" || parsed.search !== "");
}

/** The location that a correct URL names; relative paths begin at `folder`, and `pool` holds for servers. */
export function parseDatabaseUrl(url: string, folder: string, pool: ServerSettings = {}): DatabaseLocation {
  const problem = databaseUrlProblem(url);
  if (problem !== undefined) throw new TypeError(`databaseUrl ${problem}`);
  const server = servers.get(schemeOf(url) ?? "");
  if (server === undefined) return { dialect: "sqlite", path: resolve(folder, url.slice("sqlite:".length)) };
  const { host, pathname } = new URL(url);
  return { dialect: "server", name: `${server.title} at ${host}${pathname}`, url, pool };
}
