// JSON in the style of the framework that a contract's clients know.
import type { WireProfile } from "@latchkey/contracts";
import type { JsonValue } from "@latchkey/core";

/** Makes the serialiser of a profile. */
export function createSerialiser({ style, finalNewline }: WireProfile["json"]): (value: JsonValue) => string {
  const write = style === "compact" ? (value: JsonValue) => JSON.stringify(value) : spaced;
  return finalNewline ? (value) => `${write(value)}\n` : write;
}

// Python's json.dumps: a space after each colon and comma.
function spaced(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`);
  return `{${members.join(", ")}}`;
}
