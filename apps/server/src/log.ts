// The structured log on standard error. It decides form and redaction; what is worth a line is decided where it happens.
import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";
import type { LogFormat, LogThreshold } from "./config/settings.ts";

/** The server's log: `log.info({ field: value }, "sentence")`. */
export type Log = Logger;

// Nothing logs these on purpose; the list keeps an accident from becoming a leak.
const secrets = [
  "password",
  "secret",
  "token",
  "authorization",
  "cookie",
  "access_token",
  "refresh_token",
  "masterKey",
];
const redactedPaths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Creates the log. `write` receives whole lines; default: standard error, synchronously, so that the last words of a process are kept. */
export function createLog(
  options: { readonly level: LogThreshold; readonly format: LogFormat },
  write?: (line: string) => void,
): Log {
  const text = options.format === "text" || (options.format === "auto" && process.stderr.isTTY === true);
  const destination: DestinationStream = write === undefined ? pino.destination({ fd: 2, sync: true }) : { write };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    text ? { write: (line) => destination.write(readable(line)) } : destination,
  );
}

/** What is told of an error. Drivers hang statements, values and rows on theirs (`sql`, `detail`, `parameters`), so nothing else is. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code } = error as { readonly code?: unknown };
  return { type, message, stack, ...(typeof code === "string" && { code }) };
}

/** `12:00:00 INFO  sentence  field=value …`, an error's stack below. */
function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 19);
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === "string" ? quoteIfNeeded(value) : JSON.stringify(value)}`,
  );
  const stack = (err as { readonly stack?: unknown } | undefined)?.stack;
  const head = [clock, String(level).toUpperCase().padEnd(5), msg, ...rest]
    .filter((part) => part !== undefined)
    .join(" ");
  return stack === undefined ? `${head}\n` : `${head}\n${String(stack).replace(/^/gm, "  ")}\n`;
}

function quoteIfNeeded(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
