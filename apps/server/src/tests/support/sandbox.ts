// A folder of its own for one test: configuration, database, and the environment that points there.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../config/environment.ts";

/** A test's folder. */
export interface Sandbox {
  readonly folder: string;
  readonly configurationFile: string;
  readonly databaseFile: string;
  readonly keyFile: string;
  /** Nothing of the machine's environment but PATH and HOME. */
  readonly environment: Environment;
  remove(): void;
}

/** The settings that tests start from: realm `main` at `/v1`, logging JSON. */
export const baseSettings: Readonly<Record<string, unknown>> = {
  log: { format: "json" },
  realms: {
    main: {
      contract: "latchkey",
      mount: "/v1",
      resourceServers: [{ id: "tests", secret: "a-secret-for-the-tests" }],
    },
  },
};

/** Makes a sandbox; `settings` replaces the file's content, `environment` adds variables. */
export function createSandbox(
  options: { readonly settings?: unknown; readonly environment?: Environment } = {},
): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-server-"));
  const configurationFile = join(folder, "latchkey.config.json");
  const databaseFile = join(folder, "data", "latchkey.db");
  const { settings = baseSettings } = options;
  writeFileSync(configurationFile, typeof settings === "string" ? settings : JSON.stringify(settings));
  return {
    folder,
    configurationFile,
    databaseFile,
    keyFile: `${databaseFile}.key`,
    environment: {
      PATH: process.env["PATH"],
      HOME: folder,
      LATCHKEY_CONFIG: configurationFile,
      HOST: "127.0.0.1",
      PORT: "0",
      METRICS_PORT: "0",
      ...options.environment,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
