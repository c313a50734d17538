// The kit is proved on storages whose token families or rotation are broken.
import { describe, expect, it } from "vitest";
import type { RotationOutcome, TokenFamily } from "../../ports.ts";
import { failedCases, type Sabotage } from "./sabotage.ts";

const sabotages: readonly Sabotage[] = [
  {
    title: "rotation checks first and acts later (class 1)",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const seen = await rotate({ ...command, generation: -1 });
          await Promise.resolve();
          if (seen.family?.generation !== command.generation) return seen;
          let outcome = await rotate(command);
          for (let attempt = 0; attempt < 60 && !outcome.won; attempt++) {
            outcome = await rotate({ ...command, generation: outcome.family?.generation ?? 0 });
          }
          return outcome;
        },
      }),
    }),
    trips: ["RT-01", "RT-02", "RT-03", "a chain of uses"],
  },
  {
    title: "a loser is told the row of the time before the decision (one snapshot for both statements)",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const before = await rotate({ ...command, generation: -1 });
          const outcome = await rotate(command);
          return outcome.won ? outcome : before;
        },
      }),
    }),
    trips: ["RT-01"],
  },
  {
    title: "a loser is told an old account",
    bends: () => {
      const known = new Map<string, RotationOutcome["account"]>();
      return {
        tx: ({ families, accounts }) => ({
          families: {
            create: async (family) => {
              known.set(family.accountId, await accounts.byId({ realm: family.realm, id: family.accountId }));
              return families.create(family);
            },
          },
        }),
        families: ({ rotate }) => ({
          rotate: async (command) => {
            const outcome = await rotate(command);
            return { ...outcome, account: outcome.account && known.get(outcome.account.id) };
          },
        }),
      };
    },
    trips: ["RT-18 disabled", "until it is restamped", "refresh × role change"],
  },
  {
    title: "the leeway slides at each retry",
    bends: () => ({
      families: ({ rotate, reanchor }) => ({
        rotate: async (command) => {
          const outcome = await rotate(command);
          const { realm, familyId, now } = command;
          if (outcome.won || outcome.family?.generation !== command.generation + 1) return outcome;
          const { generation, rotatedAt: attemptedAt } = outcome.family;
          await reanchor({ realm, familyId, generation, attemptedAt, now });
          return { ...outcome, family: { ...outcome.family, rotatedAt: now } };
        },
      }),
    }),
    trips: ["RT-07", "RT-04"],
  },
  {
    title: "expiry at the instant is not yet expiry",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const outcome = await rotate(command);
          const ends = [outcome.family?.idleExpiresAt, outcome.family?.expiresAt];
          return !outcome.won && ends.includes(command.now) ? rotate({ ...command, now: command.now - 1 }) : outcome;
        },
      }),
    }),
    trips: ["until the millisecond before its idle expiry", "RT-17"],
  },
  {
    title: "idle expiry is moved beyond absolute expiry",
    bends: () => {
      const bent = ({ family, ...outcome }: RotationOutcome, idleExpiresAt: number): RotationOutcome => ({
        ...outcome,
        family: outcome.won && family ? { ...family, idleExpiresAt } : family,
      });
      return {
        families: ({ rotate }) => ({
          rotate: async (command) => bent(await rotate(command), command.idleExpiresAt),
        }),
      };
    },
    trips: ["RT-17"],
  },
  {
    title: "rotation does not compare the account's version",
    bends: () => {
      let restamp: (family: TokenFamily, accountVersion: number) => Promise<unknown> = async () => undefined;
      return {
        transact: (run, work) => {
          restamp = ({ realm, accountId }, accountVersion) =>
            run((tx) => tx.families.restamp({ realm, accountId, accountVersion }));
          return run(work);
        },
        families: ({ rotate }) => ({
          rotate: async (command) => {
            const seen = await rotate({ ...command, generation: -1 });
            if (seen.family && seen.account) await restamp(seen.family, seen.account.securityVersion);
            return rotate(command);
          },
        }),
      };
    },
    trips: ["RT-18 disabled", "until it is restamped"],
  },
  {
    title: "a rotation under way revives a family that is revoked meanwhile (class 2)",
    bends: () => {
      const revived = new Map<string, TokenFamily>();
      return {
        read: (read) => ({ families: { byId: async (at) => revived.get(at.id) ?? read.families.byId(at) } }),
        families: ({ rotate }) => ({
          rotate: async (command) => {
            const seen = await rotate({ ...command, generation: -1 });
            for (let turn = 0; turn < 12; turn++) await Promise.resolve();
            const outcome = await rotate(command);
            if (outcome.won || seen.family?.revokedAt !== null || outcome.family?.revokedAt === null) return outcome;
            const family = { ...seen.family, generation: command.generation + 1, rotatedAt: command.now };
            revived.set(family.id, family);
            return { ...outcome, won: true, family };
          },
        }),
      };
    },
    trips: ["RT-13"],
  },
  {
    title: "re-anchoring compares nothing",
    bends: () => ({
      families: ({ rotate, reanchor }) => ({
        reanchor: async (at) => {
          const { family } = await rotate({ ...at, generation: -1, idleExpiresAt: at.now });
          if (family === undefined) return false;
          return reanchor({ ...at, generation: family.generation, attemptedAt: family.rotatedAt });
        },
      }),
    }),
    trips: ["after an unknown COMMIT", "revoked or rotated again meanwhile"],
  },
  {
    title: "revoking one family ends all of the account (class 3)",
    bends: () => ({
      tx: ({ families }) => ({
        families: {
          revoke: async (at) => {
            const family = await families.byId(at);
            const revoked = await families.revoke(at);
            if (family) await families.revokeOfAccount({ ...at, accountId: family.accountId });
            return revoked;
          },
        },
      }),
    }),
    trips: ["RT-14"],
  },
  {
    title: "a revocation replaces an earlier one's answer",
    bends: () => ({
      tx: ({ families }) => ({
        families: { revoke: async (at) => (await families.revoke(at)) ?? families.byId(at) },
      }),
    }),
    trips: ["a family is revoked once", "RT-03"],
  },
  {
    title: "the excepted family ends too",
    bends: () => ({
      tx: ({ families }) => ({
        families: {
          revokeOfAccount: ({ realm, accountId, at, reason }) =>
            families.revokeOfAccount({ realm, accountId, at, reason }),
        },
      }),
    }),
    trips: ["but the excepted one"],
  },
  {
    title: "a change of roles names the generation that a family had before the unit",
    bends: () => ({
      tx: ({ families }) => ({
        families: {
          restamp: async (at) => (await families.restamp(at)).map(({ id }) => ({ id, generation: 0 })),
        },
      }),
    }),
    trips: ["refresh × role change", "restamping sets the account version"],
  },
  {
    title: "a realm's cut ends the families after it too",
    bends: () => ({
      tx: ({ families }) => ({
        families: { revokeOfRealm: (at) => families.revokeOfRealm({ ...at, createdBefore: Infinity }) },
      }),
    }),
    trips: ["a realm's families of the time before an instant"],
  },
  {
    title: "a purge ignores its limit",
    bends: () => ({
      tx: (tx) => ({
        families: { purge: ({ before }) => tx.families.purge({ before, limit: Infinity }) },
        revocations: { purge: ({ before }) => tx.revocations.purge({ before, limit: Infinity }) },
        events: { purge: (at) => tx.events.purge({ ...at, limit: 1e9 }) },
      }),
    }),
    trips: [
      "token families > class 16: a purge takes at most its limit",
      "revocations > a purge takes at most its limit",
      "events > a purge takes at most its limit",
    ],
  },
  {
    title: "a purge of one realm's events takes another's",
    bends: () => ({
      tx: ({ events }) => ({
        events: {
          purge: async (at) => (await events.purge(at)) + (await events.purge({ ...at, realm: `${at.realm}x` })),
        },
      }),
    }),
    trips: ["only its realm's events"],
  },
  {
    title: "a rotation forgets the event that it brings along",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: ({ realm, familyId, generation, now, idleExpiresAt }) =>
          rotate({ realm, familyId, generation, now, idleExpiresAt }),
      }),
    }),
    trips: ["an event that a rotation brings along"],
  },
  {
    title: "a list of events ends an instant too late",
    bends: () => ({
      read: ({ events }) => ({
        events: {
          list: ({ until, ...query }) => events.list({ ...query, ...(until !== undefined && { until: until + 1 }) }),
        },
      }),
    }),
    trips: ["events are filtered by time"],
  },
  {
    title: "64-bit integers arrive as strings",
    bends: () => ({
      read: ({ families, accounts }) => ({
        families: {
          byId: async (at) => {
            const family = await families.byId(at);
            return family && { ...family, expiresAt: String(family.expiresAt) as unknown as number };
          },
        },
        accounts: {
          byId: async (at) => {
            const account = await accounts.byId(at);
            return account && { ...account, securityVersion: String(account.securityVersion) as unknown as number };
          },
        },
      }),
    }),
    trips: ["accounts > 64-bit integers stay numbers", "token families > 64-bit integers stay numbers"],
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
