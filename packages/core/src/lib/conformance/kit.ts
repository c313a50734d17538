// How a conformance suite registers its cases: with the runner's functions as arguments, one storage and one realm of its own per case.
// There is no list of cases to leave out.
import { toHex } from "../kernel/bytes.ts";
import { systemRandom } from "../kernel/random.ts";
import type { Storage } from "../../ports.ts";
import { ConformanceFailure } from "./assert.ts";

/** The functions of a test runner (vitest, jest, bun; for node:test swap the last two arguments of `it`). */
export interface ConformanceRunner {
  /** Opens a group of cases that `register` registers. */
  describe(title: string, register: () => void): unknown;
  /** Registers a case: it passes where the promise resolves within the time limit. */
  it(title: string, run: () => Promise<void>, timeoutMilliseconds: number): unknown;
}

/** A storage to prove. It may hold the data of earlier cases: each case works in a realm of its own. */
export interface StorageFixture {
  readonly storage: Storage;
  /** A second process on the same data, where that is something else than the same object; without it the cases of two processes run both on `storage`. */
  another?(): Promise<Storage>;
  /** Closes what this fixture opened, `another` included. A case may have closed a storage already: closing is repeatable. */
  dispose(): Promise<void>;
}

/** Opens a storage for one case. */
export type MakeStorage = () => Promise<StorageFixture>;

/** How long to try. */
export interface ConformanceOptions {
  /** How often each race is run; 200 by default, 100,000 for a soak. */
  readonly rounds?: number;
  /** Time limit of a case that runs once; a race may take this once more per hundred rounds. 30,000 by default. */
  readonly caseMilliseconds?: number;
}

/** What a case gets. */
export interface Scene {
  readonly storage: Storage;
  /** A second process on the same data. */
  readonly other: Storage;
  /** A realm that no other case uses. */
  readonly realm: string;
  readonly rounds: number;
}

/** Registers cases. */
export interface Cases {
  /** One case that runs once. */
  check(title: string, run: (scene: Scene) => Promise<void>): void;
  /** One case that runs `rounds` races. */
  race(title: string, run: (scene: Scene) => Promise<void>): void;
}

/** A suite of cases under one title. */
export interface Suite {
  readonly title: string;
  readonly groups: readonly ((cases: Cases) => void)[];
}

/** Registers a suite's cases with the runner. */
export function runSuite(
  runner: ConformanceRunner,
  makeStorage: MakeStorage,
  { rounds = 200, caseMilliseconds = 30_000 }: ConformanceOptions,
  { title, groups }: Suite,
): void {
  const register = (name: string, run: (scene: Scene) => Promise<void>, limit: number): void => {
    runner.it(name, () => inScene(makeStorage, rounds, run), limit);
  };
  const cases: Cases = {
    check: (name, run) => register(name, run, caseMilliseconds),
    race: (name, run) => register(`${name} × ${rounds}`, run, caseMilliseconds * (1 + rounds / 100)),
  };
  runner.describe(title, () => {
    for (const group of groups) group(cases);
  });
}

async function inScene(makeStorage: MakeStorage, rounds: number, run: (scene: Scene) => Promise<void>): Promise<void> {
  const fixture = await makeStorage();
  try {
    const other = (await fixture.another?.()) ?? fixture.storage;
    await run({ storage: fixture.storage, other, realm: `r-${toHex(systemRandom(8))}`, rounds });
  } finally {
    await fixture.dispose();
  }
}

/** Numbers from 0 to `count` − 1. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Reads a list page by page to its end, each page from what was last on the one before. */
export async function allPages<Item>(read: (last: Item | undefined) => Promise<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 0; page < 10_000; page++) {
    const more = await read(items.at(-1));
    if (more.length === 0) return items;
    items.push(...more);
  }
  throw new ConformanceFailure("a list comes to its end: after 10,000 pages it has not");
}

/** Purges until nothing is left to take. */
export async function drain(purge: (limit: number) => Promise<number>): Promise<void> {
  await allPages(async () => Array.from({ length: Math.min(1, await purge(1000)) }));
}

/** Calls `act` again and again while `work` is under way, and lets timers have their turn in between. */
export async function during<T>(work: Promise<T>, act: () => Promise<void>): Promise<T> {
  const progress = { ended: false };
  const ended = work.finally(() => {
    progress.ended = true;
  });
  const acting = (async () => {
    for (let turn = 1; !progress.ended; turn++) {
      await act();
      if (turn % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      if (turn === 100_000) throw new ConformanceFailure("units under way come to their end: they have not");
    }
  })();
  const [result] = await Promise.all([ended, acting]);
  return result;
}

/** Lets `turns` other continuations run first, so that the rounds of a race start in different orders. */
export async function stagger(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
