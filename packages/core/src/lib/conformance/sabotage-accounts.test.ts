// The kit is proved on storages whose accounts or keys are broken.
import { describe, expect, it } from "vitest";
import type { Account, Identifier, NewAccount, Stores } from "../../ports.ts";
import { failedCases, type Sabotage } from "./sabotage.ts";

/** A storage whose identifier keys are changed by `fold` before they are compared. */
function foldedBy(fold: (key: string) => string): Sabotage["bends"] {
  const folded = (identifiers: readonly Identifier[]) => identifiers.map((each) => ({ ...each, key: fold(each.key) }));
  return () => ({
    tx: ({ accounts }) => ({
      accounts: { create: (account) => accounts.create({ ...account, identifiers: folded(account.identifiers) }) },
    }),
    read: ({ accounts }) => ({
      accounts: { byIdentifier: ({ key, ...at }) => accounts.byIdentifier({ ...at, key: fold(key) }) },
    }),
  });
}

const byteWise = "identifiers compare byte by byte";

async function createWithoutTaken({ accounts }: Stores, account: NewAccount): ReturnType<Stores["accounts"]["create"]> {
  const outcome = await accounts.create(account);
  if (outcome.outcome !== "identifier_taken") return outcome;
  const free = account.identifiers.filter(({ kind }) => !outcome.kinds.includes(kind));
  return accounts.create({ ...account, identifiers: free });
}

const sabotages: readonly Sabotage[] = [
  { title: "keys compare without letter case", bends: foldedBy((key) => key.toLowerCase()), trips: [byteWise] },
  { title: "keys compare without trailing spaces", bends: foldedBy((key) => key.trimEnd()), trips: [byteWise] },
  { title: "keys compare without accents", bends: foldedBy((key) => key.normalize("NFC")), trips: [byteWise] },
  {
    title: "keys compare as numbers where they are some",
    bends: foldedBy((key) => (/^\d+$/.test(key) ? String(Number(key)) : key)),
    trips: [byteWise],
  },
  {
    title: "code points beyond the BMP become question marks",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: (account) =>
            accounts.create(JSON.parse(JSON.stringify(account).replace(/\p{Cs}|[\u{10000}-\u{10ffff}]/gu, "?"))),
        },
      }),
    }),
    trips: ["code points beyond the BMP", byteWise],
  },
  {
    title: "a taken identifier is left out instead of refused, so that two creators win",
    bends: () => ({ tx: (tx) => ({ accounts: { create: (account) => createWithoutTaken(tx, account) } }) }),
    trips: ["of 20 parallel creators", "identifier_taken lists every kind"],
  },
  {
    title: "only the first taken kind is named",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: async (account) => {
            const outcome = await accounts.create(account);
            return outcome.outcome === "identifier_taken" ? { ...outcome, kinds: outcome.kinds.slice(0, 1) } : outcome;
          },
          change: async (at) => {
            const outcome = await accounts.change(at);
            return outcome.outcome === "identifier_taken" ? { ...outcome, kinds: outcome.kinds.slice(0, 1) } : outcome;
          },
        },
      }),
    }),
    trips: ["identifier_taken lists every kind", "a change to taken identifiers lists every kind"],
  },
  {
    title: "a number is the count of accounts, so that it comes back after a withdrawal",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: async (account) => {
            const outcome = await accounts.create(account);
            if (outcome.outcome !== "created") return outcome;
            const { length } = await accounts.list({ realm: account.realm, limit: 1000 });
            return { ...outcome, account: { ...outcome.account, number: length } };
          },
        },
      }),
    }),
    trips: ["a number never comes back after a withdrawal"],
  },
  {
    title: "an account that keeps its number leaves the counter where it was",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: async ({ number, ...account }) => {
            const outcome = await accounts.create(account);
            if (outcome.outcome !== "created" || number === undefined) return outcome;
            return { ...outcome, account: { ...outcome.account, number } };
          },
        },
      }),
    }),
    trips: ["a number that is kept raises the counter", "a number or an id that is or was another account's"],
  },
  {
    title: "a number that a withdrawn account had is given again",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: async (account) => {
            const outcome = await accounts.create(account);
            if (outcome.outcome !== "account_taken" || account.number === undefined) return outcome;
            const owner = await accounts.byNumber({ realm: account.realm, number: account.number });
            if (owner !== undefined) return outcome;
            const { number: _, ...fresh } = account;
            return accounts.create(fresh);
          },
        },
      }),
    }),
    trips: ["a number or an id that is or was another account's"],
  },
  {
    title: "numbers count from 0",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          create: async (account) => {
            const outcome = await accounts.create(account);
            if (outcome.outcome !== "created") return outcome;
            return { ...outcome, account: { ...outcome.account, number: outcome.account.number - 1 } };
          },
        },
      }),
    }),
    trips: ["numbers count up per realm from 1"],
  },
  {
    title: "% and _ are wild cards of the search",
    bends: () => ({
      read: ({ accounts }) => ({
        accounts: {
          list: async ({ text, ...query }) => {
            const all = await accounts.list(query);
            if (text === undefined) return all;
            const literal = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
            const pattern = new RegExp(literal.replaceAll("%", ".*").replaceAll("_", "."), "iu");
            return all.filter(({ identifiers }) => Object.values(identifiers).some((value) => pattern.test(value)));
          },
        },
      }),
    }),
    trips: ["% and _ mean themselves"],
  },
  {
    title: "a cursor compares the time of creation alone",
    bends: () => ({
      read: ({ accounts, families }) => ({
        accounts: {
          list: ({ after, ...query }) => accounts.list({ ...query, ...(after && { after: { ...after, id: "zzz" } }) }),
        },
        families: {
          listActive: ({ after, ...query }) =>
            families.listActive({ ...query, ...(after && { after: { ...after, id: "" } }) }),
        },
      }),
    }),
    trips: ["accounts are listed by (createdAt, id)", "active families are listed newest first"],
  },
  {
    title: "admission does not compare the security version",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          admit: async (at) => {
            const account: Account | undefined = await accounts.byId(at);
            return accounts.admit({ ...at, securityVersion: account?.securityVersion ?? at.securityVersion });
          },
        },
      }),
    }),
    trips: ["admit changes a row only at the security version", "log-in × password change"],
  },
  {
    title: "admission does not compare the status, and disabling leaves the version",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          admit: (at) => accounts.admit({ ...at, statuses: ["active", "pending", "declined", "disabled"] }),
          change: (at) =>
            accounts.change({
              ...at,
              changes: {
                ...at.changes,
                raiseSecurityVersion: at.changes.status === undefined && at.changes.raiseSecurityVersion,
              },
            }),
        },
      }),
    }),
    trips: [
      "admit changes a row only at the security version",
      "log-in × disable",
      "the security version rises by one",
    ],
  },
  {
    title: "attributes are replaced instead of merged",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          change: async (at) => {
            const former = (await accounts.byId(at))?.attributes ?? {};
            const cleared = Object.fromEntries(Object.keys(former).map((name) => [name, null]));
            const { attributes } = at.changes;
            return accounts.change({
              ...at,
              changes: { ...at.changes, ...(attributes && { attributes: { ...cleared, ...attributes } }) },
            });
          },
        },
      }),
    }),
    trips: ["a change touches what it names and nothing else"],
  },
  {
    title: "a withdrawn account keeps its names",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          withdraw: async ({ realm, id, at }) => {
            const changes = { status: "disabled", raiseSecurityVersion: true } as const;
            return (await accounts.change({ realm, id, changes, at })).outcome === "changed";
          },
        },
      }),
    }),
    trips: ["a withdrawn account is found nowhere", "a number never comes back", "the family of a withdrawn account"],
  },
  {
    title: "a key replaces one of the same ordinal",
    bends: () => ({
      tx: ({ keys }) => ({
        keys: {
          add: async (key) => {
            for (const { realm, kid, use, ordinal } of await keys.list(key)) {
              if (use === key.use && ordinal === key.ordinal) await keys.remove({ realm, kid });
            }
            return keys.add(key);
          },
        },
      }),
    }),
    trips: ["of 8 parallel processes", "a taken ordinal or kid is refused"],
  },
  {
    title: "a key is rewrapped whatever it was (class 1)",
    bends: () => ({
      tx: ({ keys }) => ({
        keys: {
          rewrap: async (at) => {
            const key = (await keys.list(at)).find(({ kid }) => kid === at.kid);
            return key !== undefined && keys.rewrap({ ...at, from: key.encryptedPrivateJwk });
          },
        },
      }),
    }),
    trips: ["a private part is replaced where it still is"],
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
