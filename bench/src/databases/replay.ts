// Sends the statements of one recorded operation again, for somebody else: its own names and ids, and what comes back is put where it belongs in later ones.
import type { RawConnection, RecordedStatement } from "./raw-database.ts";

/** What stands in the place of a recorded value: text and numbers as they are, byte strings by their hexadecimal digits. */
export type Substitute = readonly [recorded: string | number, own: unknown];

type Substitutes = ReadonlyMap<Substitute[0], Substitute[1]>;

/** Sends the statements in order over one connection. */
export async function replay(
  connection: RawConnection,
  statements: readonly RecordedStatement[],
  substitutes: Substitutes,
): Promise<void> {
  const known = new Map(substitutes);
  for (const statement of statements) {
    const rows = await connection.run(
      statement,
      statement.values.map((value) => substitute(value, known)),
    );
    if (statement.rows.length > 0) learn(statement.rows[0]!, rows[0], known);
  }
}

function substitute(value: unknown, known: Substitutes): unknown {
  if (value instanceof Uint8Array) return known.get(Buffer.from(value).toString("hex")) ?? value;
  if (typeof value !== "string" && typeof value !== "number") return value;
  const found = known.get(value);
  if (found instanceof Uint8Array) return Buffer.from(found).toString("hex");
  if (found !== undefined) return found;
  // Identifiers are kept a second time, in JSON.
  if (typeof value !== "string" || !value.startsWith('{"')) return value;
  return value.replaceAll(/"([^"]*)"/g, (quoted, text: string) => {
    const other = known.get(text);
    return typeof other === "string" ? `"${other}"` : quoted;
  });
}

// Numbers from counters, the account of a name, the generation of a family.
function learn(
  recorded: RecordedStatement["rows"][number],
  row: typeof recorded | undefined,
  known: Map<string | number, unknown>,
): void {
  if (row === undefined) throw new Error("a recorded statement found something, and its repetition nothing");
  for (const [column, value] of Object.entries(recorded)) {
    if ((typeof value === "string" || typeof value === "number") && value !== row[column])
      known.set(value, row[column]);
  }
}
