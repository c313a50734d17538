// Many callers, one call: work that everybody wants at the same time is done once.

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

/** Like {@link singleFlight}, but nobody shares a call that began before they came: at most one call runs and at most one waits. */
export function freshFlight<T>(call: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    current = call().finally(() => {
      current = undefined;
    });
    return current;
  };
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(begin, begin);
    return next;
  };
}
