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
  /** A thread's `workerData`. */
  readonly data?: unknown;
}

interface Job<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A thread keeps little: its hashes' memory is outside of the heap. */
const maxYoungGenerationSizeMb = 2;

/** A pool of at most `workers` threads that run `source`, each with one job at a time; others wait in order. A thread that dies fails its job and is replaced. */
export class WorkerPool<Request, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #idle: Worker[] = [];
  readonly #jobs: Job<Request, Result>[] = [];
  #alive = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Runs one job when its turn comes. */
  run(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ request, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#jobs.length > 0) {
      const worker = this.#idle.pop() ?? (this.#alive < this.#options.workers ? this.#spawn() : undefined);
      if (worker === undefined) return;
      this.#give(worker, this.#jobs.shift()!);
    }
  }

  #spawn(): Worker {
    this.#alive++;
    const { source, name, data } = this.#options;
    // Flags of the process (--input-type, --inspect) are not the thread's.
    const worker = new Worker(source, {
      name,
      execArgv: [],
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    // Its exit is what counts; without a listener an error would end the process.
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      this.#alive--;
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#assign();
    });
    return worker;
  }

  #give(worker: Worker, { request, resolve, reject }: Job<Request, Result>): void {
    const settle = (end: () => void): void => {
      worker.off("message", answer).off("error", fail).off("exit", exit);
      // A thread at rest does not keep the process alive; one at work does.
      worker.unref();
      end();
    };
    const answer = (message: WorkerAnswer<Result>): void =>
      settle(() => {
        this.#idle.push(worker);
        if ("result" in message) resolve(message.result);
        else reject(new Error(message.error));
        this.#assign();
      });
    const fail = (error: unknown): void =>
      settle(() => reject(new Error("The hashing thread failed", { cause: error })));
    const exit = (code: number): void => settle(() => reject(new Error(`The hashing thread ended with ${code}`)));
    worker.on("message", answer).on("error", fail).on("exit", exit);
    worker.ref();
    worker.postMessage(request);
  }
}
