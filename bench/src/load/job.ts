// What the load process is told to do and what it tells afterwards. Types only: they cross a process boundary as JSON.

/** A request that a connection repeats, with its tokens in turn; of a rotating one, each carries what an answer before it gave. */
export interface ConnectionJob {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** In a value, `{}` stands for the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** `{}` stands for the token. */
  readonly body?: string;
  /** What stands for `{}`, one after another and then again from the first. */
  readonly tokens?: readonly string[];
  /** The member of the JSON answer that holds the token which takes the place of the one that was sent. */
  readonly rotates?: string;
}

/** One measurement. */
export interface LoadJob {
  readonly port: number;
  /** The server's process, whose CPU time is read. */
  readonly pid: number;
  readonly connections: readonly ConnectionJob[];
  /** More connections, which keep the server busy and whose answers are not counted. */
  readonly beside?: readonly ConnectionJob[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What a measurement found. Durations in milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** CPU time of the server's process, all threads. */
  readonly cpuPerRequest: number;
  /** Share of one core that the server used. Below 1 it waited: for the disk, for the load, or for others. */
  readonly serverBusy: number;
  /** Share of its core that the load got: it never sleeps, so that less than all means that others were at work there. */
  readonly loadShare: number;
  /** The tokens that the connections of rotating requests hold now, for the next measurement; `null` of others. */
  readonly tokens: readonly (readonly string[] | null)[];
}
