// The list of common passwords by a thread that ends when it has told it: the module of the list takes twelve times its text, and its loading 25 ms of whoever loads it.
import { Worker } from "node:worker_threads";
import { workerSource } from "./worker-source.ts";

/** Some 390 KB. @throws Error where the thread cannot start or load it */
export function loadCommonPasswords(): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerSource("common-passwords-worker"), { name: "latchkey-passwords", execArgv: [] });
    worker.once("message", resolve);
    // Listened to until its end: an error that nobody listens to would end the process.
    worker.on("error", reject);
    worker.once("exit", (code) => reject(new Error(`The thread that loads common passwords ended with ${code}`)));
  });
}
