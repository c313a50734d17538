// What pools of server databases share: their settings, defaults and limits.
// Must not know an engine.

/** Settings of a storage on a database server, and their defaults. All but the first three also hold for a pool of yours. */
export interface ServerSettings {
  /** Connections at most, those of units and reads together. Default 10. A pool that you pass has its own. */
  readonly maxConnections?: number;
  /** How long an unused connection is kept. Default 30,000 ms. A pool that you pass has its own. */
  readonly idleMilliseconds?: number;
  /** How long a statement may run before the server ends it, and a unit may idle inside its transaction. Default 10,000 ms. A pool that you pass has its own. */
  readonly statementMilliseconds?: number;
  /** How long a unit or a read waits for a connection before it is refused with `StoreUnavailableError`. Default 5,000 ms. */
  readonly acquireMilliseconds?: number;
  /** PostgreSQL: whether statements are prepared once per connection. Default `true`; `false` for poolers that hand a connection to others between transactions. */
  readonly preparedStatements?: boolean;
}

/** The defaults of {@link ServerSettings}. */
export const serverDefaults: Required<ServerSettings> = Object.freeze({
  maxConnections: 10,
  idleMilliseconds: 30_000,
  statementMilliseconds: 10_000,
  acquireMilliseconds: 5_000,
  preparedStatements: true,
});

/** The settings with defaults. @throws RangeError for an impossible one, named in the message. */
export function checkedSettings(settings: ServerSettings): Required<ServerSettings> {
  const checked = {
    maxConnections: settings.maxConnections ?? serverDefaults.maxConnections,
    idleMilliseconds: settings.idleMilliseconds ?? serverDefaults.idleMilliseconds,
    statementMilliseconds: settings.statementMilliseconds ?? serverDefaults.statementMilliseconds,
    acquireMilliseconds: settings.acquireMilliseconds ?? serverDefaults.acquireMilliseconds,
    preparedStatements: settings.preparedStatements ?? serverDefaults.preparedStatements,
  };
  for (const name of ["maxConnections", "idleMilliseconds", "statementMilliseconds", "acquireMilliseconds"] as const) {
    if (!Number.isSafeInteger(checked[name]) || checked[name] < 1 || checked[name] > 2 ** 31 - 1) {
      throw new RangeError(`${name}: must be an integer of at least 1`);
    }
  }
  return checked;
}

/** Milliseconds that the driver waits for an answer beyond the server's own limit: what is then still open is a connection that leads nowhere. */
export const graceMilliseconds = 2_000;

/** Milliseconds before a unit that collided is tried again: by chance, so that the same units do not meet again, and longer each time. */
export function collisionDelayMilliseconds(attempt: number): number {
  return Math.random() * Math.min(100, 2 ** attempt);
}

/** What a process waits at most for the migration of another one. */
export const migrationPatienceSeconds = 60;
