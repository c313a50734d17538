// The list of common passwords by a thread that ends when it has told it: the module of the list takes twelve times its text, and its loading 25 ms of whoever loads it.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** The worker's file lies beside this one: TypeScript in the repository, JavaScript in the package. */
const source = new URL(
  import.meta.url.endsWith(".ts") ? "./common-passwords-worker.ts" : "./common-passwords-worker.js",
  import.meta.url,
);

/** Some 390 KB. @throws Error where the thread cannot start or load it */
export async function loadCommonPasswords(): Promise<string> {
  const worker = new Worker(source, { name: "latchkey-passwords", execArgv: [] });
  const ended = new AbortController();
  const { signal } = ended;
  worker.once("exit", (code) => ended.abort(new Error(`The thread that loads common passwords ended with ${code}`)));
  const [packed] = (await once(worker, "message", { signal })) as [string];
  return packed;
}
