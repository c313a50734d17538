// Writes JSON values as YAML 1.2 in blocks. Texts that could be read as anything else are double-quoted, which is JSON's own form.
import type { JsonObject, JsonValue } from "@latchkey/core";

/** The value as a YAML document. */
export function writeYaml(value: JsonValue): string {
  return `${lines(value).join("\n")}\n`;
}

function lines(value: JsonValue): readonly string[] {
  if (isEmpty(value) || typeof value !== "object" || value === null) return [scalar(value)];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item) => writeItem(item));
  return Object.entries(value as JsonObject).flatMap(([name, member]) => writeMember(name, member));
}

function writeItem(item: JsonValue): readonly string[] {
  const [first = "", ...rest] = lines(item);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function writeMember(name: string, member: JsonValue): readonly string[] {
  const nested = typeof member === "object" && member !== null && !isEmpty(member);
  if (!nested) return [`${text(name)}: ${scalar(member)}`];
  return [`${text(name)}:`, ...lines(member).map((line) => `  ${line}`)];
}

const isEmpty = (value: JsonValue) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function scalar(value: JsonValue): string {
  return typeof value === "string" ? text(value) : JSON.stringify(value);
}

// Words that YAML takes for something else (`no`, `1`, `null`) and texts with signs of its own are quoted.
const plain = /^[\p{L}/$_][\p{L}\p{N}/$_.-]*(?: [\p{L}\p{N}/$_.-]+)*$/u;
const taken = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function text(value: string): string {
  return plain.test(value) && !taken.test(value) ? value : JSON.stringify(value);
}
