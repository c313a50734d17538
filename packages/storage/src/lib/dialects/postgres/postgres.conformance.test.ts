// PostgreSQL keeps the port's promises: two processes' worth of pools on one lasting database.
import { describe, it } from "vitest";
import { describeProviderConformance, describeStorageConformance, type MakeStorage } from "@latchkey/core/conformance";
import { makeProvider } from "../../testing/make-provider.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { openPostgresStorage } from "./open-storage.ts";

const { missing } = postgresServer;

describe.skipIf(missing)(`postgres, two pools on one database ${missing ?? ""}`, async () => {
  if (missing !== undefined) return;
  const { url } = await postgresServer.create();
  const first = await openPostgresStorage({ url });
  await first.migrate();
  await first.storage.close();
  const makeStorage: MakeStorage = async () => {
    const [{ storage }, { storage: second }] = [await openPostgresStorage({ url }), await openPostgresStorage({ url })];
    return {
      storage,
      another: async () => second,
      dispose: async () => {
        await Promise.all([storage.close(), second.close()]);
      },
    };
  };
  describeStorageConformance({ describe, it }, makeStorage);
  describeProviderConformance({ describe, it }, makeStorage, makeProvider);
});
