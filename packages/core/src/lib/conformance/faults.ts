// Faults on purpose, on any storage: after a statement, at a COMMIT whose answer is lost, or all the time.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "../errors/store-error.ts";
import type { Storage, Stores } from "../../ports.ts";
import { bendStorage } from "./bend-storage.ts";

/** What goes wrong; change it between calls. */
export interface FaultPlan {
  /** How many statements of units go well before one fails after it was carried out. `undefined`: all of them. */
  statementsBeforeFault?: number | undefined;
  /** Whether the next rotation's COMMIT is not answered, and whether it was carried out. */
  unknownCommit?: "carried out" | "lost" | undefined;
  /** Whether the store cannot be asked at all. */
  down?: boolean;
}

/** The storage with the faults that `plan` says. */
export function withFaults(storage: Storage, plan: FaultPlan): Storage {
  const askable = async (): Promise<void> => {
    if (plan.down === true) throw new StoreUnavailableError("down on purpose");
  };
  const afterStatement = (): void => {
    if (plan.statementsBeforeFault === undefined) return;
    if (plan.statementsBeforeFault-- <= 0) throw new StoreUnavailableError("a fault on purpose");
  };
  const bent = bendStorage(storage, {
    families: ({ rotate, reanchor }) => ({
      rotate: async (command) => {
        await askable();
        // One statement that is a unit of its own: a fault in it leaves nothing.
        afterStatement();
        const { unknownCommit } = plan;
        if (unknownCommit === undefined) return rotate(command);
        plan.unknownCommit = undefined;
        if (unknownCommit === "carried out") await rotate(command);
        throw new CommitOutcomeUnknownError("a lost answer on purpose");
      },
      reanchor: async (at) => {
        await askable();
        return reanchor(at);
      },
    }),
    storage: (real) => ({ ping: () => askable().then(() => real.ping()) }),
    transact: async (run, work) => {
      await askable();
      return run((tx) => work(eachStatement(tx, afterStatement)));
    },
  });
  return { ...bent, read: eachCall(storage.read, askable) };
}

function eachStatement(tx: Stores, after: () => void): Stores {
  const stores = eachCall(tx, async () => {}, after);
  return { ...stores, abort: (outcome) => tx.abort(outcome) };
}

// Wraps every method of every store.
function eachCall<All extends object>(stores: All, before: () => Promise<void>, after: () => void = () => {}): All {
  const wrapped = Object.entries(stores).map(([name, store]: [string, unknown]) => [
    name,
    typeof store === "object" && store !== null ? wrapStore(store, before, after) : store,
  ]);
  return Object.fromEntries(wrapped) as All;
}

function wrapStore(store: object, before: () => Promise<void>, after: () => void): object {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...input: readonly unknown[]): Promise<unknown> => {
        await before();
        const result: unknown = await Reflect.apply(member, target, input);
        after();
        return result;
      };
    },
  });
}
