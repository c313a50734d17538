// The static map of numbered migrations: no directory is read, so a bundled or packed copy has the same ones.
// Add the next number; never change or remove one that was released.
import { initial } from "./0001-initial.ts";
import { codesAndMessages } from "./0002-codes-and-messages.ts";
import { throttles } from "./0003-throttles.ts";
import { familyIndexes } from "./0004-family-indexes.ts";
import type { Migration } from "./migration.ts";

/** Every migration by the version that it leads to; 1, 2, 3 … without a gap. */
export const allMigrations: Readonly<Record<number, Migration>> = Object.freeze({
  1: initial,
  2: codesAndMessages,
  3: throttles,
  4: familyIndexes,
});

/** The schema version that this release is made for. */
export const latestSchemaVersion: number = Object.keys(allMigrations).length;
