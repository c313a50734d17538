// SQLite keeps the port's promises: each process with a file of its own, and two processes' worth of connections on one file.
import { describe, it } from "vitest";
import { describeStorageConformance } from "@latchkey/core/conformance";
import { createTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { openMigratedStorage } from "../../testing/open-migrated-storage.ts";

describe("sqlite, a new file each time", () => {
  describeStorageConformance({ describe, it }, async () => {
    const { storage } = await openMigratedStorage(":memory:");
    return { storage, dispose: () => storage.close() };
  });
});

describe("sqlite, two connections on one lasting file", () => {
  const file = createTemporaryDirectory().path("lasting.db");
  describeStorageConformance({ describe, it }, async () => {
    const { storage } = await openMigratedStorage(file);
    const { storage: second } = await openMigratedStorage(file);
    return {
      storage,
      another: async () => second,
      dispose: async () => {
        await Promise.all([storage.close(), second.close()]);
      },
    };
  });
});
