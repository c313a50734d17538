// An empty realm of the same rules in a temporary folder, for a dry run. It goes when the work is done.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IdentityProvider } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import type { Configuration, RealmConfiguration } from "../../config/configuration.ts";
import { openReadyDatabase } from "../../database/open-database.ts";
import { createRealm } from "../../realms.ts";

/** Runs `work` with the provider of such a realm. */
export async function withScratchRealm<T>(
  realm: RealmConfiguration,
  configuration: Configuration,
  work: (provider: IdentityProvider) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-dry-run-"));
  try {
    const database = await openReadyDatabase(
      { dialect: "sqlite", path: join(folder, "scratch.db") },
      { missing: "create" },
    );
    try {
      const { provider } = await createRealm(realm, {
        storage: database.storage,
        masterKey: crypto.getRandomValues(new Uint8Array(32)),
        platform: nodePlatform(),
        configuration,
        onBackgroundError: () => {},
      });
      try {
        return await work(provider);
      } finally {
        await provider.close();
      }
    } finally {
      await database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
