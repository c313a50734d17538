// Argon2id in worker threads, for a Node without one of its own: a small pool that starts with the first hash and keeps no process alive.
import { Worker } from "node:worker_threads";
import type { Argon2id } from "../passwords/argon2.ts";

/** What a worker is asked. */
export interface WorkerRequest {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Parameters<Argon2id>[2];
}

/** What it answers: a tag, or why there is none. */
export type WorkerAnswer = { readonly tag: Uint8Array } | { readonly error: string };

interface Job {
  readonly request: WorkerRequest;
  readonly resolve: (tag: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** The worker's file lies beside this one: TypeScript in the repository, JavaScript in the package. */
const source = new URL(import.meta.url.endsWith(".ts") ? "./argon2-worker.ts" : "./argon2-worker.js", import.meta.url);

/** Creates a pool of at most `workers` threads, each with one hash at a time; others wait in order. A thread that dies fails its hash and is replaced. */
export function createWorkerArgon2id({ workers }: { readonly workers: number }): Argon2id {
  const idle: Worker[] = [];
  const jobs: Job[] = [];
  let alive = 0;

  const assign = (): void => {
    while (jobs.length > 0) {
      const worker = idle.pop() ?? (alive < workers ? spawn() : undefined);
      if (worker === undefined) return;
      give(worker, jobs.shift()!);
    }
  };

  const spawn = (): Worker => {
    alive++;
    // Flags of the process (--input-type, --inspect) are not the thread's.
    const worker = new Worker(source, { name: "latchkey-argon2", execArgv: [] });
    // Its exit is what counts; without a listener an error would end the process.
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      alive--;
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      assign();
    });
    return worker;
  };

  const give = (worker: Worker, { request, resolve, reject }: Job): void => {
    const settle = (end: () => void): void => {
      worker.off("message", answer).off("error", fail).off("exit", exit);
      // A thread at rest does not keep the process alive; one at work does.
      worker.unref();
      end();
    };
    const answer = (message: WorkerAnswer): void =>
      settle(() => {
        idle.push(worker);
        if ("tag" in message) resolve(message.tag);
        else reject(new Error(message.error));
        assign();
      });
    const fail = (error: unknown): void =>
      settle(() => reject(new Error("The hashing thread failed", { cause: error })));
    const exit = (code: number): void => settle(() => reject(new Error(`The hashing thread ended with ${code}`)));
    worker.on("message", answer).on("error", fail).on("exit", exit);
    worker.ref();
    worker.postMessage(request);
  };

  return (password, salt, parameters) =>
    new Promise((resolve, reject) => {
      jobs.push({ request: { password, salt, parameters }, resolve, reject });
      assign();
    });
}
