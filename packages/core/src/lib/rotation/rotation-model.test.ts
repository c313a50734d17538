// Rotation against a model: whatever is done in whatever order, each refresh token is accepted, repeated or refused as five lines of bookkeeping say.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RotateCommand, Storage } from "../../ports.ts";
import { CommitOutcomeUnknownError } from "../errors/store-error.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import type { TestRealm } from "../testing/realm-for-tests.ts";
import type { IdentityProvider } from "../provider.ts";

const leeway = 10_000;
const idle = 14 * 86_400;
const absolute = 90 * 86_400;

interface ModelFamily {
  readonly tokens: string[];
  readonly expiries: number[];
  readonly absoluteExpiry: number;
  rotatedAt: number;
  revoked: boolean;
  /** A COMMIT was not answered: the generation it made, if it made one, begins its leeway when it is seen. */
  unsettled: boolean;
}

interface Real {
  readonly realm: TestRealm;
  readonly accountId: string;
  provider: IdentityProvider;
  fault: "none" | "before" | "after";
}

interface Model {
  readonly families: ModelFamily[];
}

type Step =
  | { readonly do: "log in" | "change roles" | "restart" }
  | { readonly do: "refresh"; readonly family: number; readonly back: number }
  | { readonly do: "log out"; readonly family: number; readonly back: number }
  | { readonly do: "lose the commit"; readonly family: number; readonly committed: boolean }
  | { readonly do: "pass" | "step"; readonly milliseconds: number };

const family = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ do: "log in" }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("refresh" as const),
      family,
      back: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("log out" as const), family, back: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "change roles" }, { do: "restart" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose the commit" as const), family, committed: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      milliseconds: fc.constantFrom(1, 900, 4_000, leeway - 1, leeway, 86_400_000, idle * 1000 - 1, idle * 1000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("step" as const), milliseconds: fc.constantFrom(-3_600_000, 3_600_000) }),
  },
);

/** Fails a rotation at its COMMIT when told to. */
function withLostCommits(storage: Storage, fault: () => Real["fault"]): Storage {
  return {
    ...storage,
    families: {
      reanchor: (at) => storage.families.reanchor(at),
      rotate: async (command: RotateCommand) => {
        if (fault() === "before") throw new CommitOutcomeUnknownError("the connection was lost");
        const outcome = await storage.families.rotate(command);
        if (fault() === "after") throw new CommitOutcomeUnknownError("the connection was lost");
        return outcome;
      },
    },
  };
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** What the bookkeeping expects of a presented token: `new`, `again`, or an error code. */
function expectation(of: ModelFamily, generation: number, now: number): string {
  const newest = of.tokens.length - 1;
  if (of.expiries[generation]! <= seconds(now)) return "refresh_token_expired";
  if (of.revoked) return "refresh_token_revoked";
  if (of.absoluteExpiry <= now) return "refresh_token_expired";
  if (generation === newest) return "new";
  return generation === newest - 1 && Math.abs(now - of.rotatedAt) < leeway ? "again" : "refresh_token_reused";
}

const codeOf = (error: unknown) => (error as { code?: string }).code ?? String(error);

async function refresh(model: Model, real: Real, at: Step & { readonly do: "refresh" }): Promise<void> {
  const presented = model.families[at.family % Math.max(1, model.families.length)];
  if (presented === undefined) return;
  let generation = Math.max(0, presented.tokens.length - 1 - at.back);
  // A successor that nobody received cannot be presented.
  if (presented.tokens[generation] === "") generation--;
  const now = real.realm.clock.now();
  if (presented.unsettled) {
    if (expectation(presented, generation, now) !== "refresh_token_expired") {
      presented.unsettled = false;
      presented.rotatedAt = now;
    }
  }
  const expected = expectation(presented, generation, now);
  const result = await real.provider
    .refresh(presented.tokens[generation])
    .then(({ tokens }) => tokens.refreshToken, codeOf);
  if (expected === "new") {
    expect(result).toMatch(/^ey/);
    presented.tokens.push(result);
    presented.expiries.push(Math.min(seconds(now) + idle, seconds(presented.absoluteExpiry)));
    presented.rotatedAt = now;
  } else if (expected === "again") {
    // An unknown COMMIT hid the successor: the retry is how the person gets it.
    if (presented.tokens.at(-1) === "") presented.tokens[generation + 1] = result;
    expect(result).toBe(presented.tokens[generation + 1]);
  } else {
    expect(result).toBe(expected);
    if (expected === "refresh_token_reused") presented.revoked = true;
  }
}

async function loseCommit(model: Model, real: Real, at: Step & { readonly do: "lose the commit" }): Promise<void> {
  const presented = model.families[at.family % Math.max(1, model.families.length)];
  const now = real.realm.clock.now();
  const newest = (presented?.tokens.length ?? 0) - 1;
  // Only where the rotation would be a new one, so that the lost answer is that of a commit.
  if (
    presented === undefined ||
    presented.unsettled ||
    presented.tokens[newest] === "" ||
    expectation(presented, newest, now) !== "new"
  )
    return;
  real.fault = at.committed ? "after" : "before";
  expect(await real.provider.refresh(presented.tokens[newest]).then(() => "answered", codeOf)).toBe(
    "store_unavailable",
  );
  real.fault = "none";
  if (!at.committed) return;
  presented.tokens.push("");
  presented.expiries.push(Math.min(seconds(now) + idle, seconds(presented.absoluteExpiry)));
  presented.rotatedAt = now;
  presented.unsettled = true;
}

async function run(model: Model, real: Real, at: Step): Promise<void> {
  const { clock } = real.realm;
  switch (at.do) {
    case "log in": {
      const { tokens } = await real.provider.logIn({ identifier: "kim", password: testPassword });
      const now = clock.now();
      const absoluteExpiry = (seconds(now) + absolute) * 1000;
      model.families.push({
        tokens: [tokens.refreshToken],
        expiries: [seconds(now) + idle],
        absoluteExpiry,
        rotatedAt: now,
        revoked: false,
        unsettled: false,
      });
      return;
    }
    case "refresh":
      return refresh(model, real, at);
    case "lose the commit":
      return loseCommit(model, real, at);
    case "log out": {
      const ended = model.families[at.family % Math.max(1, model.families.length)];
      const token = ended?.tokens[Math.max(0, ended.tokens.length - 1 - at.back)];
      if (ended === undefined || token === "") return;
      await real.provider.logOut(token);
      ended.revoked = true;
      return;
    }
    case "change roles": {
      const { roles } = await real.provider.getAccount(real.accountId);
      await real.provider.administerAccount(
        real.accountId,
        { roles: roles.includes("ADMIN") ? ["USER"] : ["USER", "ADMIN"] },
        { kind: "operator" },
      );
      return;
    }
    case "restart":
      // What only the process knew is gone: an unsettled family's leeway is anchored where the row says.
      for (const known of model.families) known.unsettled = false;
      real.provider = provide(real);
      return;
    case "pass":
      clock.advance(at.milliseconds);
      return;
    case "step":
      clock.step(at.milliseconds);
  }
}

function provide(real: Pick<Real, "realm"> & { fault: Real["fault"] }): IdentityProvider {
  return real.realm.again({
    storage: withLostCommits(real.realm.storage.attach(), () => real.fault),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
}

// `pnpm soak` sets more.
const modelRuns = Number(process.env["LATCHKEY_MODEL_RUNS"] ?? 300);

describe("rotation, against a model", () => {
  it(
    "RT-01, RT-03 to RT-08, RT-11, RT-12, RT-14, RT-17, RT-18: issue, rotate, retry, replay, revoke, role change, expiry, clock steps, unknown COMMIT, restart",
    { timeout: 60_000 + modelRuns * 60 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
          const realm = createTestRealm();
          const account = await realm.provider.createAccount(
            { identifiers: { username: "kim" }, password: testPassword },
            { kind: "operator" },
          );
          const real: Real = { realm, accountId: account.id, provider: realm.provider, fault: "none" };
          real.provider = provide(real);
          const model: Model = { families: [] };
          for (const at of [{ do: "log in" } as const, ...steps]) await run(model, real, at);
        }),
        { numRuns: modelRuns },
      );
    },
  );
});
