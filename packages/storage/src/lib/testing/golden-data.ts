// Rows of a realm as a release wrote them, kept for ever: what databases hold that were made by it. For tests only.
import { readFileSync } from "node:fs";
import { createIdentityProvider, type IdentityProvider, type IdentityProviderOptions } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import type { Storage } from "@latchkey/core/ports";
import type { LatchkeyKysely } from "../kernel/tables.ts";

/** A value of a row; byte strings in hexadecimal. */
export type GoldenValue = string | number | null | { readonly bytes: string };

/** A realm at one schema version. */
export interface GoldenData {
  readonly schema: number;
  /** When the last row was written, in milliseconds since the epoch. */
  readonly at: number;
  readonly masterKey: string;
  /** Ann has every session below, Ben is disabled, Cho may have a one-time code waiting and a row of failures, Dora has withdrawn; all have the same password. */
  readonly password: string;
  readonly sessions: {
    /** Used twice: its ancestors are dead. */
    readonly rotated: { readonly ancestor: string; readonly refresh: string; readonly access: string };
    readonly unused: { readonly refresh: string };
    readonly loggedOut: { readonly refresh: string; readonly access: string };
  };
  readonly lastAccountNumber: number;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, GoldenValue>>[]>>;
}

/** Cho's number. */
export const goldenMobile = "+821012345678";

/** Of Ann's log-ins, and of who guesses at Cho's password. */
export const goldenAddresses = { owner: "203.0.113.7", stranger: "198.51.100.9" } as const;

/** How often, without a wait between. */
export const goldenFailures = 4;

/** Where the data of a schema version lies. */
export function goldenFile(schema: number): URL {
  return new URL(`../migrations/golden/data-${String(schema).padStart(4, "0")}.json`, import.meta.url);
}

/** Reads the data of a schema version. @throws Error that says how to write it */
export function readGoldenData(schema: number): GoldenData {
  try {
    return JSON.parse(readFileSync(goldenFile(schema), "utf8")) as GoldenData;
  } catch (error) {
    const how = "node packages/storage/src/lib/testing/write-golden-data.ts";
    throw new Error(`Schema version ${schema} has no golden data: run "${how}" in a checkout where it is the newest`, {
      cause: error,
    });
  }
}

/** Puts the rows into a database, each as it was written, in the place of what its migrations left in those tables. */
export async function insertGoldenRows(kysely: LatchkeyKysely, { tables }: GoldenData): Promise<void> {
  for (const [name, rows] of Object.entries(tables)) {
    const table = name as "accounts";
    await kysely.deleteFrom(table).execute();
    for (const row of rows) {
      const values = Object.entries(row).map(([column, value]) => [
        column,
        value !== null && typeof value === "object" ? Buffer.from(value.bytes, "hex") : value,
      ]);
      await kysely.insertInto(table).values(Object.fromEntries(values)).execute();
    }
  }
}

/** The provider that golden data is of, at a given time. */
export function createGoldenProvider(
  storage: Storage,
  masterKey: string,
  options: Pick<IdentityProviderOptions, "messageSender" | "onBackgroundError"> & { readonly now: () => number },
): IdentityProvider {
  const { now, ...others } = options;
  return createIdentityProvider({
    issuer: "https://id.example/v1",
    storage,
    masterKey: Buffer.from(masterKey, "base64url"),
    platform: nodePlatform(),
    clock: { now, monotonic: () => performance.now() },
    policy: { logInWith: ["username"], logInWithCode: ["mobile"] },
    ...others,
  });
}
