// The kit is proved on providers that break one promise each, or that stand on a storage that does.
import { describe, expect, it } from "vitest";
import type { MakeProvider } from "../../conformance.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { createIdentityProvider } from "../identity-provider.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import type { IdentityProvider, IssuedTokens } from "../provider.ts";
import type { RealmPolicy } from "../realm-policy.ts";
import type { Bends } from "./bend-storage.ts";
import { allGenerations } from "../revocation/revocation-store.ts";
import { failedProviderCases } from "./sabotage.ts";

interface Sabotage {
  readonly title: string;
  readonly bends?: () => Bends;
  readonly provider?: (real: IdentityProvider) => Partial<IdentityProvider>;
  readonly policy?: Partial<RealmPolicy>;
  readonly trips: readonly string[];
}

function maker({ provider, policy }: Pick<Sabotage, "provider" | "policy">): MakeProvider {
  return ({ quickHash, ...setup }) => {
    const real = createIdentityProvider({
      ...setup,
      policy: { ...setup.policy, ...policy },
      platform: { name: "test", argon2id: quickHash, jws: nodeJwsKeys, hashConcurrency: 8 },
    });
    return { ...real, ...provider?.(real) };
  };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    return error instanceof IdentityError ? error.code : "no refusal";
  }
}

const sabotages: readonly Sabotage[] = [
  {
    title: "a retry mints a sibling (class 2)",
    provider: ({ refresh }) => {
      const successors = new Map<string | undefined, IssuedTokens>();
      return {
        refresh: async (token) => {
          const known = successors.get(token);
          const answer = await refresh(known?.refreshToken ?? token);
          successors.set(token, answer.tokens);
          return answer;
        },
      };
    },
    trips: ["RT-04"],
  },
  {
    title: "a replay ends every family of the account (class 3)",
    provider: (real) => ({
      refresh: async (token) => {
        try {
          return await real.refresh(token);
        } catch (error) {
          if (error instanceof IdentityError && error.code === "refresh_token_reused") {
            for (const { id } of (await real.listAccounts({})).items)
              await real.revokeAccountTokens(id, { kind: "system" });
          }
          throw error;
        }
      },
    }),
    trips: ["RT-14"],
  },
  {
    title: "a verified token is remembered whatever is revoked (class 7)",
    provider: ({ verifyAccessToken }) => {
      const known = new Map<string | undefined, ReturnType<typeof verifyAccessToken>>();
      return {
        verifyAccessToken: (token) => {
          const principal = known.get(token) ?? verifyAccessToken(token);
          known.set(token, principal);
          return principal;
        },
      };
    },
    trips: ["RT-18 log-out:", "RT-18 disabled account", "a cache fill racing a revoke"],
  },
  {
    title: "a log-out leaves the access token alive",
    policy: { logoutEndsAccess: false },
    trips: ["RT-18 log-out:", "RT-13", "RV-08"],
  },
  {
    title: "reuse revokes nothing",
    policy: { revokeFamilyOnReuse: false },
    trips: ["RT-05", "RT-09", "RT-06"],
  },
  {
    title: "a fault of the store is the caller's mistake (class 12)",
    provider: ({ refresh }) => ({
      refresh: async (token, context) => {
        const answer = refresh(token, context);
        if ((await codeOf(answer)) === "store_unavailable") throw new IdentityError("refresh_token_unknown");
        return answer;
      },
    }),
    trips: ["RT-20", "RT-10 a refresh"],
  },
  {
    title: "introspection says inactive where the store failed (class 11)",
    provider: ({ introspect }) => ({
      introspect: (input) => introspect(input).catch(() => ({ active: false as const })),
    }),
    trips: ["RT-20"],
  },
  {
    title: "the leeway slides",
    bends: () => ({
      families: ({ rotate, reanchor }) => ({
        rotate: async (command) => {
          const outcome = await rotate(command);
          if (outcome.won || outcome.family === undefined) return outcome;
          const { generation, rotatedAt } = outcome.family;
          const { realm, familyId, now } = command;
          if (generation === command.generation + 1 && now - rotatedAt < 10_000) {
            await reanchor({ realm, familyId, generation, attemptedAt: rotatedAt, now });
          }
          return outcome;
        },
      }),
    }),
    trips: ["RT-07"],
  },
  {
    title: "a rotation that was not answered is never re-anchored",
    bends: () => ({ families: () => ({ reanchor: async () => false }) }),
    trips: ["and was carried out: the leeway starts when it is asked again"],
  },
  {
    title: "log-ins are admitted at any version (class 1)",
    bends: () => ({
      tx: ({ accounts }) => ({
        accounts: {
          admit: async (at) => {
            const account = await accounts.byId(at);
            return accounts.admit({ ...at, securityVersion: account?.securityVersion ?? 0 });
          },
        },
      }),
    }),
    trips: ["log-in × password change"],
  },
  {
    title: "a change of roles kills only the first generation",
    bends: () => ({
      tx: ({ families }) => ({
        families: { restamp: async (at) => (await families.restamp(at)).map(({ id }) => ({ id, generation: 0 })) },
      }),
    }),
    trips: ["refresh × role change"],
  },
  {
    title: "other processes' revocations are never read",
    bends: () => ({ read: () => ({ revocations: { since: async () => [] } }) }),
    trips: ["RT-18 log-out:", "RT-13"],
  },
  {
    title: "log-ins see one family at most",
    bends: () => ({
      tx: ({ families }) => ({
        families: { listActive: async (query) => (await families.listActive(query)).slice(0, 1) },
      }),
    }),
    trips: ["8 parallel log-ins"],
  },
  {
    title: "a fault commits what was written before it",
    bends: () => ({
      transact: async (run, work) => {
        const [settled] = await run(async (tx) => Promise.allSettled([work(tx)]));
        if (settled.status === "rejected") throw settled.reason;
        return settled.value;
      },
    }),
    trips: ["log-in", "failed log-in", "sign-up", "log-out", "log-out everywhere", "change of roles", "disabling"].map(
      (useCase) => `RT-10 a ${useCase} that fails consumes nothing`,
    ),
  },
  {
    title: "rotation checks first and acts later (class 1)",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const seen = await rotate({ ...command, generation: -1 });
          let outcome = await rotate(command);
          const raced = seen.family?.generation === command.generation;
          for (let attempt = 0; raced && attempt < 60 && !outcome.won; attempt++) {
            outcome = await rotate({ ...command, generation: outcome.family?.generation ?? 0 });
          }
          return outcome;
        },
      }),
    }),
    trips: ["RT-01", "RT-02"],
  },
  {
    title: "a replay is taken for a first use (class 2)",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const outcome = await rotate(command);
          return { ...outcome, won: outcome.won || outcome.family?.revokedAt === null };
        },
      }),
    }),
    trips: ["RT-12", "RT-05", "RT-11"],
  },
  {
    title: "the absolute lifetime is anchored anew at each rotation (class 2)",
    bends: () => ({
      families: ({ rotate }) => ({
        rotate: async (command) => {
          const { family, ...outcome } = await rotate(command);
          const { idleExpiresAt } = command;
          return { ...outcome, family: family && outcome.won ? { ...family, idleExpiresAt } : family };
        },
      }),
    }),
    trips: ["RT-17"],
  },
  {
    title: "an expired refresh token ends its family",
    provider: (real) => ({
      refresh: async (token) => {
        const answer = real.refresh(token);
        if ((await codeOf(answer)) === "refresh_token_expired") await real.logOut(token);
        return answer;
      },
    }),
    trips: ["an expired token revokes nothing"],
  },
  {
    title: "a change of roles kills no access token (class 7)",
    bends: () => ({
      tx: ({ revocations }) => ({
        revocations: {
          add: (given) =>
            revocations.add(
              given.filter(({ target }) => "familiesBefore" in target || target.throughGeneration === allGenerations),
            ),
        },
      }),
    }),
    trips: ["changed roles kill the access tokens"],
  },
  {
    title: "passwords are stored as they are",
    bends: () => ({
      read: ({ accounts }) => ({
        accounts: {
          withPassword: async (at) => {
            const found = await accounts.withPassword(at);
            return found && { ...found, passwordHash: `${found.passwordHash} correct horse battery staple` };
          },
        },
      }),
    }),
    trips: ["RT-19"],
  },
];

describe("the conformance kit of providers", () => {
  it("passes an unsabotaged provider entirely", async () => {
    expect(await failedProviderCases(maker({}))).toEqual([]);
  }, 60_000);

  it.each(sabotages)(
    "catches a provider where $title",
    async ({ bends, trips, ...changes }) => {
      const failures = await failedProviderCases(maker(changes), bends);
      for (const words of trips) expect(failures).toContainEqual(expect.stringContaining(words));
    },
    60_000,
  );
});
