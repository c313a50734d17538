// Work in threads: a small pool that starts with the first job and keeps no process alive. It knows no hash.
import { Worker } from "node:worker_threads";

/** What a worker answers: a result, or why there is none. */
export type WorkerAnswer<Result> = { readonly result: Result } | { readonly error: string };

/** Options of a {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** The module that a thread runs. */
  readonly source: URL;
  readonly name: string;
  readonly workers: number;
  /** Jobs that a thread may hold: it does one after the other, and answers once it has none left. */
  readonly row: number;
  /** A thread's `workerData`. */
  readonly data?: unknown;
}

interface Job<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A thread, and what it holds, oldest first. */
interface Thread<Request, Result> {
  readonly worker: Worker;
  readonly jobs: Job<Request, Result>[];
}

/** A thread keeps little: its hashes' memory is outside of the heap. */
const maxYoungGenerationSizeMb = 2;

/** A pool of at most `workers` threads that run `source`; jobs that no thread may hold yet wait in order. A thread that dies fails its jobs and is replaced. */
export class WorkerPool<Request, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #threads = new Set<Thread<Request, Result>>();
  readonly #waiting: Job<Request, Result>[] = [];

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Runs one job when its turn comes. */
  run(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#next();
      if (thread === undefined) return;
      const job = this.#waiting.shift()!;
      // A thread at work keeps the process alive; one at rest does not.
      if (thread.jobs.push(job) === 1) thread.worker.ref();
      thread.worker.postMessage(job.request);
    }
  }

  /** A thread at rest, or a new one, or the one that holds least. */
  #next(): Thread<Request, Result> | undefined {
    let next: Thread<Request, Result> | undefined;
    for (const thread of this.#threads)
      if (thread.jobs.length < (next?.jobs.length ?? this.#options.row)) next = thread;
    const full = this.#threads.size === this.#options.workers;
    return full || next?.jobs.length === 0 ? next : this.#spawn();
  }

  #spawn(): Thread<Request, Result> {
    const { source, name, data } = this.#options;
    // Flags of the process (--input-type, --inspect) are not the thread's.
    const worker = new Worker(source, {
      name,
      execArgv: [],
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    const thread: Thread<Request, Result> = { worker, jobs: [] };
    this.#threads.add(thread);
    let cause: unknown;
    worker.on("message", (answers: readonly WorkerAnswer<Result>[]) => this.#settle(thread, answers));
    // Its exit is what counts; without a listener an error would end the process.
    worker.on("error", (error) => (cause = error));
    worker.once("exit", (code) => {
      this.#threads.delete(thread);
      for (const { reject } of thread.jobs) reject(new Error(`The hashing thread ended with ${code}`, { cause }));
      this.#assign();
    });
    return thread;
  }

  #settle({ worker, jobs }: Thread<Request, Result>, answers: readonly WorkerAnswer<Result>[]): void {
    const done = jobs.splice(0, answers.length);
    if (jobs.length === 0) worker.unref();
    for (const [index, { resolve, reject }] of done.entries()) {
      const answer = answers[index]!;
      if ("result" in answer) resolve(answer.result);
      else reject(new Error(answer.error));
    }
    this.#assign();
  }
}
