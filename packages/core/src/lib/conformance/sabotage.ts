// How the kit itself is proved: on storages in memory that break one promise each. One that passes all cases shows a hole in the kit.
import { describeProviderConformance, describeStorageConformance, type MakeProvider } from "../../conformance.ts";
import { createMemoryStorage } from "../../memory.ts";
import type { Storage } from "../../ports.ts";
import { collectResults, type CaseResult } from "./collect.ts";
import { bendStorage, type Bends } from "./bend-storage.ts";

/** A broken promise. */
export interface Sabotage {
  /** What the storage does wrongly. */
  readonly title: string;
  /** Breaks the storages of one case, which are two processes on the same data. */
  readonly bends: () => Bends;
  /** Words of the titles of cases that must fail. */
  readonly trips: readonly string[];
}

/** The titles of the cases that fail on a storage in memory that is bent so. */
export async function failedCases(bends: () => Bends): Promise<readonly string[]> {
  const results = await collectResults((runner) =>
    describeStorageConformance(runner, async () => twoProcesses(bends()), { rounds: 24, caseMilliseconds: 3000 }),
  );
  return titlesOf(results);
}

/** The titles of the cases that fail with a provider on a storage in memory that is bent so; its feed is polled. */
export async function failedProviderCases(
  makeProvider: MakeProvider,
  bends: () => Bends = () => ({}),
): Promise<readonly string[]> {
  const results = await collectResults((runner) =>
    describeProviderConformance(runner, async () => twoProcesses(bends(), "polled"), makeProvider, {
      rounds: 32,
      caseMilliseconds: 3000,
    }),
  );
  return titlesOf(results);
}

function titlesOf(results: readonly CaseResult[]): readonly string[] {
  return results.filter(({ error }) => error !== undefined).map(({ title }) => title);
}

function twoProcesses(
  bends: Bends,
  feed: "immediate" | "polled" = "immediate",
): {
  readonly storage: Storage;
  another(): Promise<Storage>;
  dispose(): Promise<void>;
} {
  const memory = createMemoryStorage({ feed });
  const second = memory.attach({ feed });
  return {
    storage: bendStorage(memory, bends),
    another: async () => bendStorage(second, bends),
    dispose: async () => {
      await Promise.all([memory.close(), second.close()]);
    },
  };
}
