// One guess at a password or a code. Two tallies bound the failures in a row of an account's authenticator: one for addresses that the account logged in from, and one for
// everybody, which those use, too, once theirs is used up. So strangers who guess cannot shut the owner out of places that the owner has used.
import type { Stores } from "../../ports.ts";
import type { RequestContext } from "../provider.ts";
import { ask, clear, hold, longest, type Meter, type Refusal } from "./meter.ts";
import type { TallyPlace } from "./throttle-store.ts";
import type { Throttle } from "./throttle.ts";
import type { Authenticator } from "./throttle-state.ts";

/** A guess, before anybody knows whose it is. */
export interface GuessInput {
  readonly authenticator: Authenticator;
  /** Names the account as it was entered: kind and key of an identifier, or its id. */
  readonly subject: readonly string[];
  readonly context: RequestContext;
}

type Reader = Parameters<typeof ask>[0];

/** A guess under way: `begin`, then in the unit `ask` and one of `fail` and `succeed`. A refusal that they return is answered by `refuse` after the unit. */
export class Guess {
  readonly #throttle: Throttle;
  readonly #input: GuessInput;
  readonly #group: string | undefined;
  /** What this guess is remembered as while the account is not known yet. */
  readonly #memoryKey: string;
  #accountId: string | undefined;
  #everybody: Meter | undefined;
  #known: Meter | undefined;
  #marker: TallyPlace | undefined;
  #address: Meter | undefined;

  constructor(throttle: Throttle, input: GuessInput) {
    this.#throttle = throttle;
    this.#input = input;
    this.#group = throttle.groupOf(input.context);
    this.#memoryKey = JSON.stringify([input.authenticator, ...input.subject, this.#group ?? null]);
  }

  /** Refuses what was refused a moment ago, without asking the store. @throws IdentityError rate_limited */
  recall(): void {
    const { memory } = this.#throttle;
    const refusal = longest([memory.recall(this.#memoryKey), memory.recall(`address ${this.#group}`)]);
    if (refusal !== undefined) throw this.refuse(refusal);
  }

  /** Finds the tallies of the account, or of the name where nobody has it, and refuses before anything is hashed. @throws IdentityError rate_limited */
  async begin(accountId: string | undefined): Promise<void> {
    const throttle = this.#throttle;
    this.#accountId = accountId;
    const { guessesPerAccount } = throttle.policy;
    if (guessesPerAccount !== null) {
      const owner = accountId === undefined ? ["name", ...this.#input.subject] : ["account", accountId];
      const { everybody, known } = guessMeters(throttle, this.#input.authenticator, owner);
      this.#everybody = everybody;
      this.#known = known;
      if (this.#group !== undefined && guessesPerAccount.keptForKnownAddresses > 0)
        this.#marker = knownPlace(throttle, owner, this.#group);
    }
    this.#address = throttle.meter("failuresPerAddress", this.#group);
    const refusal = await this.ask(throttle.storage.read);
    if (refusal !== undefined) throw this.refuse(refusal);
  }

  /** Whether the guess may be judged. The answer is the same whether it is right or wrong. */
  async ask(from: Reader): Promise<Refusal | undefined> {
    const now = this.#throttle.clock.now();
    const account = await this.#askAccount(from, now);
    return longest([account, this.#address && (await ask(from, this.#address, now))]);
  }

  /** Counts a failure; a refusal where the limits were used up by others meanwhile: then the caller learns that and nothing else. */
  async fail(tx: Stores): Promise<Refusal | undefined> {
    const now = this.#throttle.clock.now();
    const known =
      this.#known !== undefined && (await this.#isKnown(tx, now)) ? await hold(tx, this.#known, now) : undefined;
    const account =
      this.#everybody !== undefined && (known === undefined || known.refusal?.isUsedUp)
        ? await hold(tx, this.#everybody, now)
        : known;
    const address = this.#address && (await hold(tx, this.#address, now));
    const refusal = longest([account && soonest(account.refusal, known?.refusal), address?.refusal]);
    if (refusal !== undefined) return refusal;
    await account?.count(tx);
    await address?.count(tx);
    return undefined;
  }

  /** Ends the row of failures and remembers the address. Writes nothing where there were none and the address is known. */
  async succeed(tx: Stores): Promise<void> {
    const { guessesPerAccount } = this.#throttle.policy;
    if (guessesPerAccount === null) return;
    const now = this.#throttle.clock.now();
    for (const { place } of [this.#known!, this.#everybody!]) await clear(tx, place, now);
    const marker = this.#marker;
    if (marker === undefined) return;
    const lasts = guessesPerAccount.forgetAfterSeconds * 1000;
    const found = await tx.throttles.find(marker);
    if (found !== undefined && found.expiresAt > now + lasts / 2) return;
    await remember(tx, marker, now + lasts);
  }

  /** The error of a refusal. */
  refuse(refusal: Refusal): ReturnType<Throttle["refuse"]> {
    const isAddress = refusal.limit === "failuresPerAddress";
    const told =
      isAddress || this.#accountId === undefined || refusal.accountId !== undefined
        ? refusal
        : { ...refusal, accountId: this.#accountId };
    return this.#throttle.refuse(told, this.#input.context, isAddress ? `address ${this.#group}` : this.#memoryKey);
  }

  async #askAccount(from: Reader, now: number): Promise<Refusal | undefined> {
    if (this.#everybody === undefined) return undefined;
    const known = (await this.#isKnown(from, now)) ? await ask(from, this.#known!, now) : "unknown";
    if (known !== "unknown" && !known?.isUsedUp) return known;
    return soonest(await ask(from, this.#everybody, now), known === "unknown" ? undefined : known);
  }

  async #isKnown({ throttles }: Reader, now: number): Promise<boolean> {
    const found = this.#marker && (await throttles.find(this.#marker));
    return found !== undefined && found.expiresAt > now;
  }
}

/** Where both ways are shut, the one that opens first. */
function soonest(refusal: Refusal | undefined, other: Refusal | undefined): Refusal | undefined {
  return refusal !== undefined && other !== undefined && other.until < refusal.until ? other : refusal;
}

/** The tally that says that an account, or who has a name, was at an address. */
function knownPlace(throttle: Throttle, owner: readonly string[], group: string): TallyPlace {
  return throttle.place("known", ...owner, group);
}

async function remember(tx: Pick<Stores, "throttles">, marker: TallyPlace, expiresAt: number): Promise<void> {
  await tx.throttles.hold(marker);
  await tx.throttles.put({ ...marker, count: 0, readyAt: 0, expiresAt });
}

/** Makes the address of a sign-up known to the account that it makes, in the unit of the sign-up. Another account never learns of it. */
export function rememberSignUp(
  throttle: Throttle,
  accountId: string,
  context: RequestContext,
): (tx: Pick<Stores, "throttles">, at: number) => Promise<void> {
  const { guessesPerAccount } = throttle.policy;
  const group = throttle.groupOf(context);
  if (group === undefined || guessesPerAccount === null || guessesPerAccount.keptForKnownAddresses === 0)
    return async () => {};
  const marker = knownPlace(throttle, ["account", accountId], group);
  return (tx, at) => remember(tx, marker, at + guessesPerAccount.forgetAfterSeconds * 1000);
}

/** The tallies of an account's authenticator, or of a name that nobody has. */
export function guessMeters(
  throttle: Throttle,
  authenticator: Authenticator,
  owner: readonly string[],
): { readonly everybody: Meter; readonly known: Meter } {
  const { keptForKnownAddresses: kept, ...rule } = throttle.policy.guessesPerAccount!;
  const meter = (whose: string, most: number): Meter => ({
    limit: "guessesPerAccount",
    place: throttle.place("guesses", authenticator, whose, ...owner),
    rule: { ...rule, most },
  });
  return { everybody: meter("everybody", rule.most - kept), known: meter("known", kept) };
}

/** Begins a guess; refuses what was refused a moment ago. @throws IdentityError rate_limited */
export function beginGuess(throttle: Throttle, input: GuessInput): Guess {
  const guess = new Guess(throttle, input);
  guess.recall();
  return guess;
}

/** Where the failures of an account's authenticator are counted. */
export async function guessPlaces(
  throttle: Throttle,
  authenticator: Authenticator,
  accountId: string,
): Promise<readonly TallyPlace[]> {
  if (throttle.policy.guessesPerAccount === null) return [];
  const { known, everybody } = guessMeters(throttle, authenticator, ["account", accountId]);
  return [known.place, everybody.place];
}
