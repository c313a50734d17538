// MariaDB (or MySQL) keeps the port's promises: two processes' worth of pools on one lasting database.
import { describe, it } from "vitest";
import { describeProviderConformance, describeStorageConformance, type MakeStorage } from "@latchkey/core/conformance";
import { makeProvider } from "../../testing/make-provider.ts";
import { mysqlServer } from "../../testing/test-servers.ts";
import { openMysqlStorage } from "./open-storage.ts";

const { missing } = mysqlServer;

describe.skipIf(missing)(`mysql, two pools on one database ${missing ?? ""}`, async () => {
  if (missing !== undefined) return;
  const { url } = await mysqlServer.create();
  const first = await openMysqlStorage({ url });
  await first.migrate();
  await first.storage.close();
  const makeStorage: MakeStorage = async () => {
    const [{ storage }, { storage: second }] = [await openMysqlStorage({ url }), await openMysqlStorage({ url })];
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
