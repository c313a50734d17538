// The kit is proved on storages whose tallies are broken, and on providers that limit guesses in a wrong way.
import { describe, expect, it } from "vitest";
import type { MakeProvider } from "../../conformance.ts";
import type { Stores } from "../../ports.ts";
import { createIdentityProvider } from "../identity-provider.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import type { IdentityProvider } from "../provider.ts";
import type { RealmPolicyDifferences } from "../realm-policy.ts";
import { failedCases, failedProviderCases, type Sabotage } from "./sabotage.ts";

type Throttles = Stores["throttles"];

const bent =
  (bend: (throttles: Throttles) => Partial<Throttles>): Sabotage["bends"] =>
  () => ({ tx: ({ throttles }) => ({ throttles: bend(throttles) }) });

const stores: readonly Sabotage[] = [
  {
    title: "a tally that is held is what was committed before, so that others count the same (class 1)",
    bends: () => {
      const stale = new Map<string, Awaited<ReturnType<Throttles["hold"]>>>();
      return {
        tx: ({ throttles }) => ({
          throttles: {
            hold: async (place) => {
              const held = await throttles.hold(place);
              const id = JSON.stringify([place.realm, place.key]);
              // Every other reader sees the tally of the one before.
              const former = stale.get(id);
              if (former === undefined) stale.set(id, held);
              else stale.delete(id);
              return former ?? held;
            },
          },
        }),
      };
    },
    trips: ["of 200 parallel counts", "block nobody"],
  },
  {
    title: "keys are folded",
    bends: () => ({
      tx: ({ throttles }) => ({
        throttles: {
          hold: ({ realm, key }) => throttles.hold({ realm, key: key.toLowerCase() }),
          put: (tally) => throttles.put({ ...tally, key: tally.key.toLowerCase() }),
        },
      }),
      read: ({ throttles }) => ({
        throttles: { find: ({ realm, key }) => throttles.find({ realm, key: key.toLowerCase() }) },
      }),
    }),
    trips: ["kept apart by realm"],
  },
  {
    title: "a purge takes what expires at the instant",
    bends: bent((throttles) => ({ purge: (at) => throttles.purge({ ...at, before: at.before + 1 }) })),
    trips: ["a purge takes what expired before"],
  },
];

const maker =
  (
    policy: RealmPolicyDifferences,
    provider: (real: IdentityProvider) => Partial<IdentityProvider> = () => ({}),
  ): MakeProvider =>
  ({ quickHash, ...setup }) => {
    const given = { ...setup.policy, ...policy };
    const platform = { name: "test", argon2id: quickHash, jws: nodeJwsKeys, hashConcurrency: 8 };
    const real = createIdentityProvider({ ...setup, policy: given, platform });
    return { ...real, ...provider(real) };
  };

const providers: readonly { readonly title: string; readonly make: MakeProvider; readonly trips: readonly string[] }[] =
  [
    {
      title: "nothing is limited",
      make: maker({ throttling: { guessesPerAccount: null, failuresPerAddress: null, messagesPerRecipient: null } }),
      trips: [
        "of 200 parallel wrong guesses",
        "the right password among",
        "fails as often as it may",
        "failures in a row",
        "class 14: five messages",
      ],
    },
    {
      title: "no failures are kept for addresses that the owner knows",
      make: maker({ throttling: { guessesPerAccount: { free: 2, most: 4, keptForKnownAddresses: 0 } } }),
      trips: ["AS 6.1.1"],
    },
    {
      title: "addresses are not told, so that those of one network count apart or not at all",
      make: maker({}, (real) => ({ logIn: (input) => real.logIn(input) })),
      trips: ["counted by its /64", "AS 6.1.1"],
    },
  ];

describe("the kit catches", () => {
  it.each(stores)("a storage where $title", async ({ bends, trips }) => {
    const failed = await failedCases(bends);
    for (const words of trips) expect(failed.filter((title) => title.includes(words))).not.toEqual([]);
  });

  it.each(providers)("a provider where $title", async ({ make, trips }) => {
    const failed = await failedProviderCases(make);
    for (const words of trips) expect(failed.filter((title) => title.includes(words))).not.toEqual([]);
  });
});
