// A token family is one log-in on one device: the chain of refresh tokens that follow from it. People see a session.

/** Why a family was revoked. */
export type RevocationReason =
  | "logged_out"
  | "logged_out_everywhere"
  | "reuse"
  | "password_changed"
  | "status_changed"
  | "withdrawn"
  | "session_ended"
  | "token_revoked"
  | "administrator"
  | "replaced_by_newer";

/** One row per family; `generation` is the place of its newest refresh token. Times are milliseconds since the epoch. */
export interface TokenFamily {
  readonly realm: string;
  /** 22 lower-case hex digits: 48 bits of creation milliseconds, 40 random bits. */
  readonly id: string;
  readonly accountId: string;
  /** The account's security version that this family was issued or last restamped under. */
  readonly accountVersion: number;
  /** 0 for the first refresh token, one more with each rotation, below 2³². */
  readonly generation: number;
  readonly createdAt: number;
  /** When the newest generation was made; `createdAt` before the first rotation. */
  readonly rotatedAt: number;
  readonly idleExpiresAt: number;
  /** The absolute end; never moves. */
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly revokedReason: RevocationReason | null;
  readonly clientId: string;
  /** The User-Agent of the log-in, at most 256 code points. */
  readonly device: string | null;
  /** The client's address at the log-in. */
  readonly address: string | null;
}
