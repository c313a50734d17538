// The worked example of docs/dialects.md keeps the port's promises: what the document tells a third party to do is enough.
import { describe, it } from "vitest";
import { describeProviderConformance, describeStorageConformance, type MakeStorage } from "@latchkey/core/conformance";
import { makeProvider } from "./make-provider.ts";
import { openNodeSqliteStorage } from "./node-sqlite-dialect.ts";
import { createTemporaryDirectory } from "./temporary-directory.ts";

describe("node:sqlite, two connections on one file", () => {
  const file = createTemporaryDirectory().path("node.db");
  const makeStorage: MakeStorage = async () => {
    const [first, second] = [openNodeSqliteStorage(file), openNodeSqliteStorage(file)];
    await first.migrate();
    return {
      storage: first.storage,
      another: async () => second.storage,
      dispose: async () => {
        await Promise.all([first.storage.close(), second.storage.close()]);
      },
    };
  };
  describeStorageConformance({ describe, it }, makeStorage, { rounds: 10 });
  describeProviderConformance({ describe, it }, makeStorage, makeProvider, { rounds: 10 });
});
