// What every use case of the facade begins and ends with.
import { translateFault } from "./translate-fault.ts";

/** Makes each use case wait until the provider is ready, and tell the store's faults in core's words. */
export function readyFirst<Cases extends object>(ready: () => Promise<void> | undefined, cases: Cases): Cases {
  const wrap =
    (useCase: (...input: never[]) => Promise<unknown>) =>
    async (...input: never[]): Promise<unknown> => {
      try {
        const waiting = ready();
        if (waiting !== undefined) await waiting;
        return await useCase(...input);
      } catch (error) {
        throw translateFault(error);
      }
    };
  return Object.fromEntries(Object.entries(cases).map(([name, useCase]) => [name, wrap(useCase as never)])) as Cases;
}
