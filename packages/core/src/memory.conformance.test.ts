// The reference keeps its own promises: with one process, and with two on the same data.
import { describe, it } from "vitest";
import { describeStorageConformance, type ConformanceOptions } from "./conformance.ts";
import { createMemoryStorage } from "./memory.ts";

// `pnpm soak` sets more.
const options: ConformanceOptions = { rounds: Number(process.env["LATCHKEY_RACES"] ?? 200) };

describe("memory, one process", () => {
  describeStorageConformance(
    { describe, it },
    async () => {
      const storage = createMemoryStorage();
      return { storage, dispose: () => storage.close() };
    },
    options,
  );
});

describe("memory, two processes on data that stays", () => {
  const lasting = createMemoryStorage();
  describeStorageConformance(
    { describe, it },
    async () => {
      const [storage, second] = [lasting.attach({ feed: "polled" }), lasting.attach()];
      return {
        storage,
        another: async () => second,
        dispose: async () => {
          await Promise.all([storage.close(), second.close()]);
        },
      };
    },
    options,
  );
});
