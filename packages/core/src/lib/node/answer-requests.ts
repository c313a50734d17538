// The thread's side of `worker-pool.ts`: one job per message, synchronously, for nobody else waits here.
import { parentPort } from "node:worker_threads";
import type { WorkerAnswer } from "./worker-pool.ts";

/** Answers every message with what `work` returns or why it threw. */
export function answerRequests<Request, Result>(work: (request: Request) => Result): void {
  const answer = (request: Request): WorkerAnswer<Result> => {
    try {
      return { result: work(request) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  parentPort?.on("message", (request: Request) => parentPort?.postMessage(answer(request)));
}
