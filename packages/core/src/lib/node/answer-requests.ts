// The thread's side of `worker-pool.ts`: one job after the other, synchronously, for nobody else waits here.
import { setPriority } from "node:os";
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type { WorkerAnswer } from "./worker-pool.ts";

/** Of 19 at most. A core that both want gives the answering thread three quarters; much more, and log-ins would starve beside whatever else the machine runs. */
const niceness = 5;

/**
 * Does what is asked, in order, and answers with what `work` returned or why it threw once nothing more is asked: several answers at once cost the thread that waits
 * for them little more than one, which finds its caches emptied by a hash.
 */
export function answerRequests<Request, Result>(work: (request: Request) => Result): void {
  const answer = (request: Request): WorkerAnswer<Result> => {
    try {
      return { result: work(request) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  giveWay();
  const port = parentPort;
  port?.on("message", (request: Request) => {
    const answers = [answer(request)];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      answers.push(answer(next.message as Request));
    port.postMessage(answers);
  });
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
