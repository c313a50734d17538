// Account ids: base57 of a UUIDv7 (RFC 9562 §5.7), 22 characters, time-ordered. An imported account may keep its shortuuid, which older systems wrote with the digits the other way round.
import { isBase57 } from "../kernel/base57.ts";
import type { RandomBytes } from "../kernel/random.ts";
import { createTimeOrderedId } from "../kernel/time-ordered-id.ts";

/** A new account id. */
export function createAccountId(nowMilliseconds: number, random: RandomBytes): string {
  return createTimeOrderedId(nowMilliseconds, random);
}

/** Whether a text has the form of an account id. */
export function isAccountId(text: string): boolean {
  return text.length === 22 && isBase57(text);
}
