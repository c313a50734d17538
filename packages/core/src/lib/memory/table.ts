// Tables of the memory storage: immutable rows by key, changed only by applying a draft, so that readers never see half a unit.
// Knows nothing of what the rows mean.

/** What a row is found by. */
export type RowKey = string | number;

/** One key from several parts that may hold any character. */
export function rowKey(...parts: readonly RowKey[]): string {
  return JSON.stringify(parts);
}

/** What can be read of a table and of a draft of it. */
export interface Rows<Row> {
  get(key: RowKey): Row | undefined;
  all(): Iterable<Row>;
  /** The rows whose group this is. */
  inGroup(group: string): readonly Row[];
}

/** Committed rows. */
export class Table<Row> implements Rows<Row> {
  readonly groupOf: (row: Row) => string;
  readonly #rows = new Map<RowKey, Row>();
  readonly #groups = new Map<string, Map<RowKey, Row>>();

  constructor(groupOf: (row: Row) => string = () => "") {
    this.groupOf = groupOf;
  }

  get(key: RowKey): Row | undefined {
    return this.#rows.get(key);
  }

  all(): Iterable<Row> {
    return this.#rows.values();
  }

  inGroup(group: string): readonly Row[] {
    return [...this.entries(group).values()];
  }

  /** The rows by key, of one group or all. */
  entries(group?: string): ReadonlyMap<RowKey, Row> {
    return group === undefined ? this.#rows : (this.#groups.get(group) ?? new Map());
  }

  /** Takes over a draft's changes, all at once; `undefined` deletes. A row never changes its group. */
  apply(changes: ReadonlyMap<RowKey, Row | undefined>): void {
    for (const [key, row] of changes) {
      const former = this.#rows.get(key);
      if (former !== undefined) this.#leaveGroup(this.groupOf(former), key);
      if (row === undefined) {
        this.#rows.delete(key);
      } else {
        this.#rows.set(key, row);
        this.#joinGroup(this.groupOf(row), key, row);
      }
    }
  }

  #joinGroup(group: string, key: RowKey, row: Row): void {
    if (group === "") return;
    const members = this.#groups.get(group) ?? new Map<RowKey, Row>();
    this.#groups.set(group, members.set(key, row));
  }

  #leaveGroup(group: string, key: RowKey): void {
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

/** A unit's own view of a table: its changes over the committed rows. */
export class Draft<Row> implements Rows<Row> {
  readonly #table: Table<Row>;
  readonly #changes = new Map<RowKey, Row | undefined>();

  constructor(table: Table<Row>) {
    this.#table = table;
  }

  get(key: RowKey): Row | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#table.get(key);
  }

  *all(): Iterable<Row> {
    for (const [key, row] of this.#table.entries()) if (!this.#changes.has(key)) yield row;
    for (const row of this.#changes.values()) if (row !== undefined) yield row;
  }

  inGroup(group: string): readonly Row[] {
    const rows = [];
    for (const [key, row] of this.#table.entries(group)) if (!this.#changes.has(key)) rows.push(row);
    for (const row of this.#changes.values())
      if (row !== undefined && this.#table.groupOf(row) === group) rows.push(row);
    return rows;
  }

  set(key: RowKey, row: Row): void {
    this.#changes.set(key, row);
  }

  delete(key: RowKey): void {
    this.#changes.set(key, undefined);
  }

  /** Makes the changes the table's. */
  commit(): void {
    this.#table.apply(this.#changes);
  }
}
