// Many callers, one call: whoever comes while a call is under way shares its result.

/** Wraps `call` so that callers during a call share it; a failure is shared too and not remembered. */
export function singleFlight<T>(call: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    flight ??= call().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}
