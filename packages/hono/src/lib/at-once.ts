// Steps of a request that may have to wait and mostly need not. A request for which everything is at hand is answered in the call that brings it: the promises
// of a chain of `await` cost as much as all of our own work on it, and @hono/node-server answers a response cheaper than the promise of one.

/** A value, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value when it is there. */
export function whenThere<T, Next>(value: Soon<T>, proceed: (value: T) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(proceed) : proceed(value);
}

/** Does `work`, and what `otherwise` makes of anything that it throws or rejects with. */
export function orElse<T>(work: () => Soon<T>, otherwise: (error: unknown) => Soon<T>): Soon<T> {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(otherwise) : result;
  } catch (error) {
    return otherwise(error);
  }
}
