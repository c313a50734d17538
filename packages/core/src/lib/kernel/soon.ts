// What is mostly at hand and may have to be awaited: a promise for each step costs more than the steps of reading or signing a token.

/** A value, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value when it is there: in the same call where it is. */
export function whenThere<T, Next>(value: Soon<T>, proceed: (value: T) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(proceed) : proceed(value);
}
