// When the process ends: the first signal asks for an orderly end, a second one does not wait.
import type { EventEmitter } from "node:events";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that ends the process. */
export type EndSignal = (typeof signals)[number];

// Ctrl-C reaches the whole process group and package managers pass it on as well: what arrives this soon is the same key stroke.
const sameSignalMilliseconds = 300;

const exitCodes: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Resolves at the first signal. A later one calls `endNow` with the exit code that shells expect. */
export function firstSignal(
  emitter: Pick<EventEmitter, "on">,
  endNow: (exitCode: number) => void,
  now: () => number = () => performance.now(),
): Promise<EndSignal> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of signals) {
      emitter.on(signal, () => {
        if (first === undefined) {
          first = now();
          resolve(signal);
        } else if (now() - first > sameSignalMilliseconds) {
          endNow(exitCodes[signal]);
        }
      });
    }
  });
}
