// Copies that nobody can change: what the memory storage keeps and hands out.

/** A deep copy of plain data (objects, arrays, primitives), frozen through and through. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozen(item))) as T;
  const entries = Object.entries(value).map(([name, item]) => [name, frozen<unknown>(item)] as const);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
