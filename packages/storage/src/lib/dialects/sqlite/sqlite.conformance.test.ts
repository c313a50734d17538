// SQLite keeps the port's promises: each process with a file of its own, and two processes' worth of connections on one file. There, so does the identity provider.
import { describe, it } from "vitest";
import {
  describeProviderConformance,
  describeStorageConformance,
  type ConformanceOptions,
  type MakeStorage,
} from "@latchkey/core/conformance";
import { createTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { makeProvider } from "../../testing/make-provider.ts";
import { openMigratedStorage } from "../../testing/open-migrated-storage.ts";

// `pnpm soak` sets more.
const options: ConformanceOptions = { rounds: Number(process.env["LATCHKEY_RACES"] ?? 200) };

describe("sqlite, a new file each time", () => {
  describeStorageConformance(
    { describe, it },
    async () => {
      const { storage } = await openMigratedStorage(":memory:");
      return { storage, dispose: () => storage.close() };
    },
    options,
  );
});

describe("sqlite, two connections on one lasting file", () => {
  const file = createTemporaryDirectory().path("lasting.db");
  const makeStorage: MakeStorage = async () => {
    const { storage } = await openMigratedStorage(file);
    const { storage: second } = await openMigratedStorage(file);
    return {
      storage,
      another: async () => second,
      dispose: async () => {
        await Promise.all([storage.close(), second.close()]);
      },
    };
  };
  describeStorageConformance({ describe, it }, makeStorage, options);
  describeProviderConformance({ describe, it }, makeStorage, makeProvider, options);
});
