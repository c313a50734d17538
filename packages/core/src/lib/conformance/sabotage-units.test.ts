// The kit is proved on storages whose units of work are broken, and shown to pass what is not broken.
import { describe, expect, it } from "vitest";
import type { Account, AccountReader, NewEvent, Stores } from "../../ports.ts";
import { failedCases, type Sabotage } from "./sabotage.ts";

/** Something thrown that a bent unit tells from errors of the work. */
class Left extends Error {}

/** Runs the work so that its error does not leave the unit, and rethrows it after the commit. */
async function committed<T>(
  run: <R>(work: (tx: Stores) => Promise<R>) => Promise<R>,
  work: (tx: Stores) => Promise<T>,
): Promise<T> {
  const settled = await run(async (tx) => Promise.allSettled([work(tx)]));
  if (settled[0].status === "rejected") throw settled[0].reason;
  return settled[0].value;
}

const sabotages: readonly Sabotage[] = [
  {
    title: "an error of the work commits what it wrote before",
    bends: () => ({ transact: committed }),
    trips: ["throwing rolls back", "RT-10", "an event is written with the change", "a failing unit harms only itself"],
  },
  {
    title: "abort commits",
    bends: () => {
      let outcome: unknown;
      return {
        tx: () => ({
          abort: (given) => {
            outcome = given;
            throw new Left();
          },
        }),
        transact: async (run, work) => {
          try {
            return await committed(run, work);
          } catch (error) {
            if (error instanceof Left) return outcome as never;
            throw error;
          }
        },
      };
    },
    trips: ["abort rolls back, and", "abort rolls back even"],
  },
  {
    title: "a swallowed abort commits",
    bends: () => {
      let outcome: unknown;
      return {
        tx: () => ({
          abort: (given) => {
            outcome = given;
            throw new Left();
          },
        }),
        transact: (run, work) =>
          run(work).catch((error: unknown) => {
            if (error instanceof Left) return outcome as never;
            throw error;
          }),
      };
    },
    trips: ["abort rolls back even where the work swallows"],
  },
  {
    title: "a refusal rolls back (class 2: reuse revocation lost with the failing request)",
    bends: () => ({
      transact: (run, work) =>
        run(async (tx) => {
          const result = await work(tx);
          return typeof result === "object" && result !== null && "refused" in result ? tx.abort(result) : result;
        }),
    }),
    trips: ["RT-09"],
  },
  {
    title: "the error of the work is wrapped",
    bends: () => ({
      transact: (run, work) =>
        run(work).catch((cause: unknown) => {
          throw new Error("the unit failed", { cause });
        }),
    }),
    trips: ["transact rejects with the same error"],
  },
  {
    title: "readers share the unit's connection and see uncommitted rows",
    bends: () => {
      let writing: Stores | undefined;
      return {
        tx: (tx) => {
          writing = tx;
          return {};
        },
        read: (read) => ({
          accounts: {
            byId: async (at) =>
              (await Promise.resolve(writing?.accounts.byId(at)).catch(() => undefined)) ?? read.accounts.byId(at),
            list: async (query) =>
              writing?.accounts.list(query).catch(() => read.accounts.list(query)) ?? read.accounts.list(query),
          },
        }),
      };
    },
    trips: ["readers outside a unit see committed rows only", "the later half of a unit"],
  },
  {
    title: "transact resolves before the commit",
    bends: () => ({
      transact: async (run, work) =>
        new Promise((resolve, reject) => {
          run(async (tx) => {
            const result = await work(tx);
            resolve(result);
            for (let number = 0; number < 9; number++) await tx.accounts.byNumber({ realm: "", number });
            return result;
          }).then(resolve, reject);
        }),
    }),
    trips: ["returning commits", "a listener is called once"],
  },
  {
    title: "lock reads what was committed when the unit was asked for (a snapshot)",
    bends: () => {
      const snapshots = new Map<string, Account | undefined>();
      return {
        tx: ({ accounts }) => ({
          accounts: {
            lock: async (at) => {
              const newest = await accounts.lock(at);
              const stale = snapshots.get(at.id) ?? newest;
              snapshots.set(at.id, newest);
              return stale;
            },
          },
        }),
      };
    },
    trips: ["no update is lost"],
  },
  {
    title: "events are written outside the unit",
    bends: () => {
      const written: NewEvent[] = [];
      let direct = false;
      return {
        tx: ({ events }) => ({
          events: { append: async (event) => (direct ? events.append(event) : void written.push(event)) },
        }),
        transact: async (run, work) => {
          try {
            return await run(work);
          } finally {
            const events = written.splice(0);
            await run(async (tx) => {
              direct = true;
              for (const event of events) await tx.events.append(event);
              direct = false;
            });
          }
        },
      };
    },
    trips: ["an event is written with the change it records, or not at all"],
  },
  {
    title: "a store writes on after its unit",
    bends: () => {
      let later: ((event: NewEvent) => Promise<void>) | undefined;
      return {
        tx: ({ events }) => ({
          events: { append: (event) => events.append(event).catch(() => later?.(event)) },
        }),
        transact: (run, work) => {
          later = (event) => run((tx) => tx.events.append(event));
          return run(work);
        },
      };
    },
    trips: ["a store that is kept beyond its unit"],
  },
  {
    title: "a store that cannot be asked answers that there is nothing",
    bends: () => ({
      read: ({ families }) => ({ families: { byId: (at) => families.byId(at).catch(() => undefined) } }),
      families: ({ rotate }) => ({
        rotate: (command) => rotate(command).catch(() => ({ won: false, family: undefined, account: undefined })),
      }),
    }),
    trips: ["RT-20"],
  },
  {
    title: "a process answers from what it once read (class 7)",
    bends: () => {
      const known = new Map<string, ReturnType<AccountReader["byId"]>>();
      return {
        read: ({ accounts }) => ({
          accounts: {
            byId: (at) => {
              const cached = known.get(at.id) ?? accounts.byId(at);
              known.set(at.id, cached);
              return cached;
            },
          },
        }),
      };
    },
    trips: ["reads the newest committed rows, also where it has read older ones"],
  },
  {
    title: "ping refuses although the store can be asked",
    bends: () => ({ storage: () => ({ ping: () => Promise.reject(new Error("no answer")) }) }),
    trips: ["ping answers where the store can be asked"],
  },
  {
    title: "log-ins of one account do not see each other's families",
    bends: () => ({
      tx: ({ families }) => ({
        families: { listActive: async (query) => (await families.listActive(query)).slice(0, 1) },
      }),
    }),
    trips: ["8 parallel log-ins"],
  },
];

describe("the conformance kit", () => {
  it("passes an unsabotaged storage entirely", async () => {
    expect(await failedCases(() => ({}))).toEqual([]);
  }, 60_000);

  it.each(sabotages)(
    "catches a storage where $title",
    async ({ bends, trips }) => {
      const failures = await failedCases(bends);
      for (const words of trips) expect(failures).toContainEqual(expect.stringContaining(words));
    },
    60_000,
  );
});
