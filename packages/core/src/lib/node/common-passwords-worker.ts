// The thread's side of `worker-common-passwords.ts`: tells the list and ends.
import { parentPort } from "node:worker_threads";
import { packCommonPasswords } from "../passwords/common-passwords.ts";

parentPort?.postMessage(await packCommonPasswords());
