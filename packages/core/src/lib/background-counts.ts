// What work in the background came to. Types only.

/** What one round of sending came to. */
export interface DeliveryCounts {
  readonly sent: number;
  /** Failed, to be tried again. */
  readonly postponed: number;
  readonly givenUp: number;
}

/** Rows that a purge deleted. */
export interface PurgeCounts {
  readonly families: number;
  readonly revocations: number;
  readonly events: number;
  readonly codes: number;
  readonly messages: number;
  readonly throttles: number;
  readonly keys: number;
}
