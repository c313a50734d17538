// Accounts in memory, for as long as nobody can have changed one: where the database tells of other connections' commits (SQLite), and no unit of this process is
// under way or has ended since. Every unit counts, whatever it writes, so that nothing depends on knowing who writes accounts.
import type { Account, AccountReader } from "@latchkey/core/ports";

const mostAccounts = 10_000;

/** Keeps what `byId` read. */
export class AccountCache {
  readonly #readToken: () => number | undefined;
  /** By id; one that was moved in may have the same in another realm. */
  readonly #accounts = new Map<string, Account>();
  #token: number | undefined;
  #openUnits = 0;
  #epoch = 0;

  /** @param readToken As `RevocationFeed.changeToken`; where it gives none, nothing is kept. */
  constructor(readToken: () => number | undefined) {
    this.#readToken = readToken;
  }

  /** Reads the change token, and forgets the accounts where it is another one. */
  readonly changeToken = (): number | undefined => {
    const token = this.#readToken();
    if (token !== this.#token) this.#accounts.clear();
    this.#token = token;
    return token;
  };

  /** Runs a unit: from its beginning until its outcome is known, nothing is answered from memory and nothing kept. */
  async during<T>(unit: () => Promise<T>): Promise<T> {
    this.#openUnits++;
    this.#forget();
    try {
      return await unit();
    } finally {
      this.#openUnits--;
      this.#forget();
    }
  }

  /** The same reader, with `byId` from memory where that is as good. */
  before(reader: AccountReader): AccountReader {
    return { ...reader, byId: (at) => this.#byId(reader, at) };
  }

  #byId(reader: AccountReader, at: { readonly realm: string; readonly id: string }): ReturnType<AccountReader["byId"]> {
    try {
      if (this.#openUnits > 0 || this.changeToken() === undefined) return reader.byId(at);
    } catch (error) {
      return Promise.reject(error);
    }
    const known = this.#accounts.get(at.id);
    return known?.realm === at.realm ? known : this.#read(reader, at);
  }

  async #read(
    reader: AccountReader,
    at: { readonly realm: string; readonly id: string },
  ): Promise<Account | undefined> {
    const [epoch, token] = [this.#epoch, this.#token];
    const found = await reader.byId(at);
    if (found === undefined || this.#epoch !== epoch || this.#token !== token) return found;
    if (this.#accounts.size >= mostAccounts) this.#accounts.clear();
    this.#accounts.set(at.id, frozen(found));
    return found;
  }

  #forget(): void {
    this.#epoch++;
    this.#accounts.clear();
  }
}

/** Several requests get the same object: nobody may change it. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
