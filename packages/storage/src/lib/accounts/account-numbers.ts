// Account numbers: one counter row per realm, which outlives every account, so that a number never comes back.
// Knows no account.
import type { Database } from "../kernel/dialect-profile.ts";
import { prepare, type Argument } from "../kernel/prepared-query.ts";
import type { Session } from "../kernel/session.ts";

/** Gives account numbers. */
export interface AccountNumbers {
  /** The realm's next number, from 1. The counter's row stays locked until the unit ends. */
  take(session: Session, realm: string): Promise<number>;
  /** Makes the realm's next number greater than `number`. @throws RangeError for a number out of range */
  keep(session: Session, realm: string, number: number): Promise<void>;
}

/** Account numbers are below this: contracts promise 32-bit integers. */
const numberLimit = 2 ** 31;

/** Compiles the statements of the counters. */
export function createAccountNumbers({ kysely, profile }: Database): AccountNumbers {
  const raise = prepare((arg: Argument<{ realm: string }>) =>
    kysely
      .updateTable("realms")
      .set((eb) => ({ last_account_number: eb("last_account_number", "+", 1) }))
      .where("realm", "=", arg("realm")),
  );
  const open = prepare((arg: Argument<{ realm: string }>) =>
    profile.skipTaken(kysely.insertInto("realms").values({ realm: arg("realm"), last_account_number: 0 })),
  );
  const raiseTo = prepare((arg: Argument<{ realm: string; number: number }>) =>
    kysely
      .updateTable("realms")
      .set({ last_account_number: arg("number") })
      .where("realm", "=", arg("realm"))
      .where("last_account_number", "<", arg("number")),
  );
  const newest = prepare((arg: Argument<{ realm: string }>) =>
    kysely.selectFrom("realms").select("last_account_number").where("realm", "=", arg("realm")),
  );
  return {
    async take(session, realm) {
      if ((await raise.affected(session, { realm })) === 0) {
        await open.affected(session, { realm });
        await raise.affected(session, { realm });
      }
      const number = (await newest.first(session, { realm }))!.last_account_number;
      if (number >= numberLimit) throw new RangeError(`The realm ${realm} has given all account numbers`);
      return number;
    },
    async keep(session, realm, number) {
      if (!Number.isSafeInteger(number) || number < 1 || number >= numberLimit)
        throw new RangeError(`An account number is a whole number from 1 and below ${numberLimit}`);
      if ((await raiseTo.affected(session, { realm, number })) > 0) return;
      // There is no counter yet, or it has come as far.
      await open.affected(session, { realm });
      await raiseTo.affected(session, { realm, number });
    },
  };
}
