// What a mysql:// or mariadb:// URL means. Unknown parameters are refused, so that a misspelt one is not taken for encryption.
// Opens nothing.
import { readFileSync } from "node:fs";

/** Where the server is and how to log in. */
export interface MysqlAddress {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: { readonly rejectUnauthorized: boolean; readonly ca?: string };
  /** Names the server without a password. */
  readonly where: string;
}

const form = "mysql://USER:PASSWORD@HOST:3306/DATABASE";

/** @throws TypeError for a URL that will not do, without repeating it. */
export function optionsOfUrl(url: string): MysqlAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new TypeError(`url: is no URL; write ${form}`);
  }
  if (parsed.protocol !== "mysql:" && parsed.protocol !== "mariadb:") {
    throw new TypeError('url: must begin with "mysql://" or "mariadb://"');
  }
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (database === "" || database.includes("/")) throw new TypeError(`url: names no database; write ${form}`);
  const { socketPath, ssl } = parametersOf(parsed.searchParams);
  const place = socketPath ?? parsed.host;
  if (place === "") throw new TypeError(`url: names no host; write ${form}`);
  return {
    ...(socketPath === undefined
      ? { host: parsed.hostname.replace(/^\[|\]$/g, ""), port: parsed.port === "" ? 3306 : Number(parsed.port) }
      : { socketPath }),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database,
    ...(ssl !== undefined && { ssl }),
    where: `${place}/${database}`,
  };
}

function parametersOf(parameters: URLSearchParams): Pick<MysqlAddress, "socketPath" | "ssl"> {
  let socketPath: string | undefined;
  let mode: string | undefined;
  let ca: string | undefined;
  for (const [name, value] of parameters) {
    if (name === "socketPath") socketPath = value;
    else if (name === "ssl-mode") mode = value.toUpperCase();
    else if (name === "ssl-ca") ca = readFileSync(value, "utf8");
    else throw new TypeError(`url: has the unknown parameter "${name}"; known are ssl-mode, ssl-ca, socketPath`);
  }
  if (mode !== undefined && !["DISABLED", "REQUIRED", "VERIFY_IDENTITY"].includes(mode)) {
    throw new TypeError("url: ssl-mode must be DISABLED, REQUIRED or VERIFY_IDENTITY");
  }
  const wanted = mode === undefined ? ca !== undefined : mode !== "DISABLED";
  const ssl = { rejectUnauthorized: mode !== "REQUIRED", ...(ca !== undefined && { ca }) };
  return { ...(socketPath !== undefined && { socketPath }), ...(wanted && { ssl }) };
}
