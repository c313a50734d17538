// The kit is proved on storages whose one-time codes or messages are broken.
import { describe, expect, it } from "vitest";
import type { CodeAttempt, Stores } from "../../ports.ts";
import { failedCases, type Sabotage } from "./sabotage.ts";

type Attempt = Stores["codes"]["attempt"];

/** A storage that tries codes in its own way. */
const tryingBy =
  (attempt: (codes: Stores["codes"], at: CodeAttempt) => ReturnType<Attempt>): Sabotage["bends"] =>
  () => ({ tx: ({ codes }) => ({ codes: { attempt: (at) => attempt(codes, at) } }) });

const sabotages: readonly Sabotage[] = [
  {
    title: "a used code is accepted again",
    bends: tryingBy(async (codes, at) => {
      if (await codes.attempt(at)) return true;
      return (await codes.current(at))?.digest === at.digest;
    }),
    trips: ["AS-08: a code is accepted once", "of 50 parallel uses", "AS-09", "without attempts left"],
  },
  {
    title: "only right tries are counted",
    bends: tryingBy(async (codes, at) => ((await codes.current(at))?.digest === at.digest ? codes.attempt(at) : false)),
    trips: ["a wrong one costs an attempt", "without attempts left", "cannot outrun the count"],
  },
  {
    title: "the request and the version are not compared",
    bends: tryingBy(async (codes, at) => {
      const { id = "", accountVersion = 0 } = (await codes.current(at)) ?? {};
      return codes.attempt({ ...at, id, accountVersion });
    }),
    trips: ["AS-11: a code is bound to"],
  },
  {
    title: "a code lives through the millisecond of its expiry",
    bends: tryingBy((codes, at) => codes.attempt({ ...at, now: at.now - 1 })),
    trips: ["AS-09: a code is dead at the millisecond"],
  },
  {
    title: "a used code stays in the way of the next one",
    bends: () => ({
      tx: ({ codes }) => ({
        codes: { put: async (code) => ((await codes.current(code))?.usedAt == null ? codes.put(code) : undefined) },
      }),
    }),
    trips: ["a used code can be replaced"],
  },
  {
    title: "every claim of a message succeeds",
    bends: () => ({
      tx: ({ messages }) => ({ messages: { claim: async (at) => (await messages.claim(at)) || true } }),
    }),
    trips: ["of 20 parallel claims", "is due again afterwards"],
  },
  {
    title: "messages of all realms are due",
    bends: () => {
      const realms = new Set<string>();
      return {
        tx: ({ messages }) => ({
          messages: {
            add: (message) => {
              realms.add(message.realm);
              return messages.add(message);
            },
          },
        }),
        read: ({ messages }) => ({
          messages: {
            due: async (query) =>
              (await Promise.all([...realms].map((realm) => messages.due({ ...query, realm })))).flat(),
          },
        }),
      };
    },
    trips: ["in its realm"],
  },
  {
    title: "a message that is given up is forgotten",
    bends: () => ({
      tx: ({ messages }) => ({
        messages: {
          giveUp: async (at) => {
            const known = await messages.giveUp(at);
            await messages.remove(at);
            return known;
          },
        },
      }),
    }),
    trips: ["a message is given up once", "a purge takes what was given up"],
  },
];

describe("the kit catches a storage where", () => {
  it.each(sabotages)("$title", async ({ bends, trips }) => {
    const failed = await failedCases(bends);
    for (const words of trips) expect(failed.filter((title) => title.includes(words))).not.toEqual([]);
  });
});
