// The thread's side of `worker-pool.ts`: one job per message, synchronously, for nobody else waits here.
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { WorkerAnswer } from "./worker-pool.ts";

/** Of 19 at most. A core that both want gives the answering thread three quarters; much more, and log-ins would starve beside whatever else the machine runs. */
const niceness = 5;

/** Answers every message with what `work` returns or why it threw. */
export function answerRequests<Request, Result>(work: (request: Request) => Result): void {
  const answer = (request: Request): WorkerAnswer<Result> => {
    try {
      return { result: work(request) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  giveWay();
  parentPort?.on("message", (request: Request) => parentPort?.postMessage(answer(request)));
}

/** On Linux a priority is a thread's own; elsewhere it is the process's, and stays. */
function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(niceness);
  } catch {
    // A sandbox may forbid it: then hashes compete as equals.
  }
}
