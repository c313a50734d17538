// Hashes and verifies passwords: one hash per question whatever the answer, in a bounded queue. Knows no accounts and stores nothing.
import { utf8 } from "../kernel/bytes.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { Argon2id, Argon2Parameters } from "./argon2.ts";
import { createArgon2idFormat, defaultArgon2Parameters, type PasswordPepper } from "./argon2id-format.ts";
import { readStoredHash, type PasswordHashFormat } from "./hash-format.ts";
import { createHashQueue, type HashQueue, type HashQueueOptions } from "./hash-queue.ts";
import { normalisePassword } from "./password-rule.ts";

/** The longest password that is hashed, in bytes of UTF-8 after NFC: 1,024 code points always fit. Bounds the cost of what anybody may send. */
export const maximumPasswordBytes = 4096;

/** Options of {@link createPasswordHasher}. */
export interface PasswordHasherOptions {
  readonly argon2id: Argon2id;
  readonly random: RandomBytes;
  /** Of new hashes. Default {@link defaultArgon2Parameters}. */
  readonly parameters?: Argon2Parameters;
  /** Where hashes wait for their turn, with those of other hashers. Default: a queue of its own with the bounds that follow. */
  readonly queue?: HashQueue;
  /** Hashes that run at once. */
  readonly concurrency: number;
  /** How long a request may wait for its turn. Default 5,000. */
  readonly maximumWaitMilliseconds?: number;
  /** How many requests may wait. Default 256 for each hash that runs at once: more than 5 s of work on the fastest runtime. */
  readonly maximumQueue?: number;
  /** Secrets that go into hashes; the first into new ones. Default none. */
  readonly peppers?: readonly PasswordPepper[];
  /** Formats of other systems, which verify and are outdated. Default none. */
  readonly imported?: readonly PasswordHashFormat[];
  readonly clock: Clock;
}

/** What a check of a password found. */
export interface PasswordVerdict {
  readonly matches: boolean;
  /** Whether the stored hash should be replaced by a new one; `false` where the password does not match. */
  readonly outdated: boolean;
}

/** Hashes and verifies. Both throw `IdentityError` `busy` with `retryAfterSeconds` where the queue is too long; then nothing was hashed. */
export interface PasswordHasher {
  /** A PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$tag` of the password's NFC form. @throws RangeError for a password that is not well-formed Unicode or longer than {@link maximumPasswordBytes}: the realm's password rule refuses those before. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the hash's. An account that does not exist (`null`), a hash of no known format and a password that cannot be hashed
   * cost one hash like any other and never match.
   */
  verify(password: string, encoded: string | null): Promise<PasswordVerdict>;
  /** Whether a stored hash can be verified: of a known format, and within its bounds. Computes nothing. */
  reads(encoded: string): boolean;
  load(): { readonly running: number; readonly waiting: number };
}

/** Creates a hasher. @throws RangeError for options out of range, naming them. */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { argon2id, random, parameters = defaultArgon2Parameters, peppers } = options;
  const format = createArgon2idFormat(argon2id, random, parameters, peppers);
  const formats = [format, ...(options.imported ?? [])];
  const queue = options.queue ?? createBoundedQueue(options);

  return {
    async hash(password) {
      if (!isHashable(password)) throw new RangeError("The password is not well-formed or too long to be hashed");
      return queue.run(() => format.make(password), true);
    },

    async verify(password, encoded) {
      const hashable = isHashable(password);
      const stored = hashable ? readStoredHash(formats, encoded) : undefined;
      return queue.run(
        async () => {
          if (stored === undefined) {
            await format.burn(hashable ? password : "");
            return { matches: false, outdated: false };
          }
          const matches = await stored.matches(password);
          return { matches, outdated: matches && stored.outdated };
        },
        stored === undefined || stored.inRow === true,
      );
    },

    reads: (encoded) => readStoredHash(formats, encoded) !== undefined,
    load: () => queue.load(),
  };
}

/** A queue with the bounds that the options name, or the usual ones. @throws RangeError for bounds out of range, naming them. */
export function createBoundedQueue(
  options: Pick<PasswordHasherOptions, "concurrency" | "maximumWaitMilliseconds" | "maximumQueue" | "clock"> &
    Pick<HashQueueOptions, "row" | "unmeasured">,
): HashQueue {
  const { concurrency, row = 1, unmeasured = 0, clock } = options;
  return createHashQueue({
    concurrency: atLeast(1, { concurrency }),
    row: atLeast(1, { row }),
    maximumWaitMilliseconds: atLeast(0, { maximumWaitMilliseconds: options.maximumWaitMilliseconds ?? 5000 }),
    maximumQueue: atLeast(0, { maximumQueue: options.maximumQueue ?? 256 * concurrency }),
    unmeasured,
    clock,
  });
}

/** The first bound spares normalising what is far too long; composing shortens a text to a fourth at most. */
function isHashable(password: string): boolean {
  if (password.length > 4 * maximumPasswordBytes) return false;
  const normalised = normalisePassword(password);
  return normalised !== undefined && utf8(normalised).length <= maximumPasswordBytes;
}

function atLeast(least: number, option: Readonly<Record<string, number>>): number {
  const [[name, figure]] = Object.entries(option) as [[string, number]];
  if (!Number.isSafeInteger(figure) || figure < least)
    throw new RangeError(`${name} must be a whole number ≥ ${least}`);
  return figure;
}
