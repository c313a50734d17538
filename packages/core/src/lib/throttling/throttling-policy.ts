// How much may be tried, as data with the units in the names. What is `null` is not limited.

/** So many within so many seconds. The time begins with the first one that is counted. */
export interface CountLimit {
  readonly most: number;
  readonly seconds: number;
}

/** Failed guesses in a row of one authenticator of one account (NIST SP 800-63B-4 §3.2.2). A success ends the row. */
export interface GuessLimit {
  /** Failures that cost no wait. Default 5. */
  readonly free: number;
  /** Failures in a row at most, from everywhere together; 100 at most. Default 100. */
  readonly most: number;
  /** How many of `most` only addresses may use that the account logged in or signed up from, so that strangers cannot shut its owner out. Default 10. */
  readonly keptForKnownAddresses: number;
  /** The wait after the last free failure; each further one doubles it. Default 1. */
  readonly firstDelaySeconds: number;
  /** The longest wait between two guesses. Default 900. */
  readonly longestDelaySeconds: number;
  /** After so long without a counted failure a row of failures is over; so long an address stays known. Default 2,592,000 (30 days). */
  readonly forgetAfterSeconds: number;
}

/** What a realm limits. An embedding application that passes no `address` has no limits per address and no known addresses. */
export interface ThrottlingPolicy {
  /** Wrong passwords and wrong codes, each for itself. */
  readonly guessesPerAccount: GuessLimit | null;
  /** Wrong passwords, codes and client secrets of one address (IPv6: of one /64). Default 300 in 900 s. */
  readonly failuresPerAddress: CountLimit | null;
  /** Messages to one recipient. Default 5 in 900 s. */
  readonly messagesPerRecipient: CountLimit | null;
  /** Messages that one address asks for. Default null. */
  readonly messagesPerAddress: CountLimit | null;
  /** Accounts that sign up from one address. Default null. */
  readonly signUpsPerAddress: CountLimit | null;
  /** Log-ins that succeed from one address. Default null. */
  readonly logInsPerAddress: CountLimit | null;
}

/** Differences from the default: what is absent keeps it. */
export type ThrottlingDifferences = Partial<Omit<ThrottlingPolicy, "guessesPerAccount">> & {
  readonly guessesPerAccount?: Partial<GuessLimit> | null;
};

const defaultGuessLimit: GuessLimit = Object.freeze({
  free: 5,
  most: 100,
  keptForKnownAddresses: 10,
  firstDelaySeconds: 1,
  longestDelaySeconds: 900,
  forgetAfterSeconds: 2_592_000,
});

/** The limits where nobody says otherwise. */
export const defaultThrottling: ThrottlingPolicy = Object.freeze({
  guessesPerAccount: defaultGuessLimit,
  failuresPerAddress: Object.freeze({ most: 300, seconds: 900 }),
  messagesPerRecipient: Object.freeze({ most: 5, seconds: 900 }),
  messagesPerAddress: null,
  signUpsPerAddress: null,
  logInsPerAddress: null,
});

const countLimits = [
  "failuresPerAddress",
  "messagesPerRecipient",
  "messagesPerAddress",
  "signUpsPerAddress",
  "logInsPerAddress",
] as const;
const longestSeconds = 31_536_000;
const guessBounds: Readonly<Record<keyof GuessLimit, readonly [number, number]>> = {
  free: [1, 100],
  most: [1, 100],
  keptForKnownAddresses: [0, 50],
  firstDelaySeconds: [1, 3600],
  longestDelaySeconds: [1, 86_400],
  forgetAfterSeconds: [3600, longestSeconds],
};

/** Completes the limits. @throws TypeError that names the option for values and combinations that make no sense */
export function completeThrottling(differences: ThrottlingDifferences = {}): ThrottlingPolicy {
  const { guessesPerAccount: given, ...rest } = differences;
  const guessesPerAccount = given === null ? null : Object.freeze({ ...defaultGuessLimit, ...given });
  const policy = Object.freeze({ ...defaultThrottling, ...rest, guessesPerAccount });
  for (const name of countLimits) {
    const limit = policy[name];
    if (limit === null) continue;
    requireWhole(`${name}.most`, limit.most, [1, 1_000_000]);
    requireWhole(`${name}.seconds`, limit.seconds, [1, longestSeconds]);
  }
  if (guessesPerAccount !== null) checkGuesses(guessesPerAccount);
  return policy;
}

function checkGuesses(limit: GuessLimit): void {
  for (const name of Object.keys(guessBounds) as (keyof GuessLimit)[])
    requireWhole(`guessesPerAccount.${name}`, limit[name], guessBounds[name]);
  if (limit.free > limit.most - limit.keptForKnownAddresses)
    refuse("guessesPerAccount.free", "must not be more than most less keptForKnownAddresses");
  if (limit.longestDelaySeconds < limit.firstDelaySeconds)
    refuse("guessesPerAccount.longestDelaySeconds", "must not be less than firstDelaySeconds");
  if (limit.forgetAfterSeconds < limit.longestDelaySeconds)
    refuse("guessesPerAccount.forgetAfterSeconds", "must not be less than longestDelaySeconds");
}

function requireWhole(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    refuse(name, `must be a whole number from ${least} to ${most}`);
}

function refuse(name: string, wanted: string): never {
  throw new TypeError(`policy.throttling.${name} ${wanted}`);
}
