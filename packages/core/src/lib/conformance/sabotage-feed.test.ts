// The kit is proved on storages whose revocation feed is broken.
import { describe, expect, it } from "vitest";
import type { NewRevocation, RevocationEntry, Stores } from "../../ports.ts";
import { failedCases, type Sabotage } from "./sabotage.ts";

/** A feed with numbers of its own, taken when `numberAt` says: `statement` when an entry is added, `start` when the unit begins. */
function ownNumbers(numberAt: "statement" | "start"): Sabotage["bends"] {
  return () => {
    let newest = 0;
    const log: RevocationEntry[] = [];
    const next = (): number => ++newest;
    const pending = new Map<Stores["revocations"], RevocationEntry[]>();
    return {
      tx: ({ revocations }) => {
        const entries: RevocationEntry[] = [];
        pending.set(revocations, entries);
        const reserved = numberAt === "start" ? [next(), next(), next()] : [];
        return {
          revocations: {
            add: async (given: readonly NewRevocation[]) => {
              for (const entry of given) entries.push({ ...entry, seq: reserved.shift() ?? next() });
            },
          },
        };
      },
      transact: async (run, work) => {
        let entries: RevocationEntry[] = [];
        const result = await run(async (tx) => {
          const value = await work(tx);
          entries = [...pending.values()].at(-1) ?? [];
          return value;
        });
        log.push(...entries);
        log.sort((left, right) => left.seq - right.seq);
        pending.clear();
        return result;
      },
      read: () => ({
        revocations: {
          since: async ({ seq, limit }) => log.filter((entry) => entry.seq > seq).slice(0, limit),
          head: async () => log.at(-1)?.seq ?? 0,
        },
      }),
    };
  };
}

const sabotages: readonly Sabotage[] = [
  {
    title: "numbers are taken when an entry is added (an autoincrement cursor), so that a rollback leaves a gap",
    bends: ownNumbers("statement"),
    trips: ["with 12 parallel writers", "entries read back with numbers that follow one another"],
  },
  {
    title: "numbers are taken when a unit begins",
    bends: ownNumbers("start"),
    trips: ["with 12 parallel writers", "entries read back with numbers that follow one another"],
  },
  {
    title: "an entry shows before a smaller number has committed",
    bends: () => ({
      read: ({ revocations }) => ({
        revocations: {
          since: async (at) => {
            const entries = await revocations.since(at);
            const head = await revocations.head();
            return entries.at(-1)?.seq === head && head % 5 === 0
              ? entries.filter(({ seq }) => seq !== head - 1)
              : entries;
          },
        },
      }),
    }),
    trips: ["with 12 parallel writers"],
  },
  {
    title: "listeners are called some time after transact has resolved (class 7)",
    bends: () => ({
      feed: ({ onCommitted }) => ({
        onCommitted: (listener) => onCommitted((entries) => void setTimeout(() => listener(entries), 1)),
      }),
    }),
    trips: ["a listener is called once with a unit's entries"],
  },
  {
    title: "listeners are called at the statement, before the commit",
    bends: () => {
      const listeners = new Set<(entries: readonly RevocationEntry[]) => void>();
      return {
        tx: ({ revocations }) => ({
          revocations: {
            add: async (given) => {
              await revocations.add(given);
              const head = await revocations.head();
              const entries = given.map((entry, index) => ({ ...entry, seq: head + 1 + index }));
              for (const listener of listeners) listener(entries);
            },
          },
        }),
        feed: () => ({
          onCommitted: (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
          },
        }),
      };
    },
    trips: ["a listener is called once with a unit's entries", "hears nothing of a unit that is rolled back"],
  },
  {
    title: "a listener cannot stop",
    bends: () => ({
      feed: ({ onCommitted }) => ({
        onCommitted: (listener) => {
          onCommitted(listener);
          return () => undefined;
        },
      }),
    }),
    trips: ["nothing after it has stopped"],
  },
  {
    title: "a listener for hints cannot stop",
    bends: () => ({
      feed: ({ onCommitted }) => ({
        onHint: (listener) => {
          onCommitted(() => listener());
          return () => undefined;
        },
      }),
    }),
    trips: ["a listener for hints hears nothing after it has stopped"],
  },
  {
    title: "the change token never changes",
    bends: () => ({ feed: () => ({ changeToken: () => 1 }) }),
    trips: ["its change token tells"],
  },
  {
    title: "the last generation does not fit its column",
    bends: () => ({
      tx: ({ revocations }) => ({
        revocations: {
          add: (given) =>
            revocations.add(
              given.map(({ target, ...entry }) => ({
                ...entry,
                target:
                  "familyId" in target
                    ? { ...target, throughGeneration: Math.min(target.throughGeneration, 0x7fff_ffff) }
                    : target,
              })),
            ),
        },
      }),
    }),
    trips: ["allGenerations survives"],
  },
  {
    title: "a family's own entries are found, but not the realm's cuts",
    bends: () => ({
      read: ({ revocations }) => ({
        revocations: {
          concerning: async (at) => (await revocations.concerning(at)).filter(({ target }) => "familyId" in target),
        },
      }),
    }),
    trips: ["the entries that concern a family"],
  },
];

describe("the conformance kit catches a storage where", () => {
  it.each(sabotages)(
    "$title",
    async ({ bends, trips }) => {
      const failures = await failedCases(bends);
      for (const words of trips) expect(failures).toContainEqual(expect.stringContaining(words));
    },
    60_000,
  );
});
