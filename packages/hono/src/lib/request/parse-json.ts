// Strict JSON (RFC 8259, I-JSON RFC 7493 where it is stricter): one meaning per text. Repeated names, names that reach prototypes,
// deep nesting and numbers that a double cannot hold are refused. Must not know what the value is for.
import type { JsonValue } from "@latchkey/core";

/** Levels of arrays and objects; no contract needs more than three. */
const maximumDepth = 16;

const dangerousNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Why a text is not JSON, in the words of Python's parser, which some contracts repeat. */
export class JsonSyntaxError extends Error {
  constructor(reason: string, text: string, at: number) {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    super(`${reason}: line ${line} column ${at - before.lastIndexOf("\n")} (char ${at})`);
    this.name = "JsonSyntaxError";
  }
}

/** Parses a text. @throws JsonSyntaxError */
export function parseJson(text: string): JsonValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (depth >= maximumDepth && (first === "{" || first === "[")) throw this.#error("Nesting is too deep");
    switch (first) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#error("Extra data");
  }

  #object(depth: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    this.#at++;
    this.#skipBlanks();
    if (this.#take("}")) return object;
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"') throw this.#error("Expecting property name enclosed in double quotes");
      const start = this.#at;
      const name = this.#string();
      if (dangerousNames.has(name)) throw this.#error("Property name is not allowed", start);
      if (Object.hasOwn(object, name)) throw this.#error("Property name is repeated", start);
      this.#skipBlanks();
      if (!this.#take(":")) throw this.#error("Expecting ':' delimiter");
      object[name] = this.value(depth + 1);
      this.#skipBlanks();
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#error("Expecting ',' delimiter");
    return object;
  }

  #array(depth: number): JsonValue {
    const array: JsonValue[] = [];
    this.#at++;
    this.#skipBlanks();
    if (this.#take("]")) return array;
    do {
      array.push(this.value(depth + 1));
      this.#skipBlanks();
    } while (this.#take(","));
    if (!this.#take("]")) throw this.#error("Expecting ',' delimiter");
    return array;
  }

  #string(): string {
    const start = this.#at;
    const text = this.#text;
    let escaped = false;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return escaped ? this.#unescape(text.slice(start, at + 1), start) : text.slice(start + 1, at);
      }
      if (code < 0x20) throw this.#error("Invalid control character at", at);
      if (code === 0x5c) {
        escaped = true;
        at++;
      }
    }
    throw this.#error("Unterminated string starting at", start);
  }

  #unescape(quoted: string, start: number): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw this.#error("Invalid \\escape", start);
    }
  }

  #scalar(): JsonValue {
    const start = this.#at;
    for (const [word, value] of literals) {
      if (this.#text.startsWith(word, start)) {
        this.#at += word.length;
        return value;
      }
    }
    numberPattern.lastIndex = start;
    const match = numberPattern.exec(this.#text)?.[0];
    if (match === undefined) throw this.#error("Expecting value");
    const value = Number(match);
    const exact = Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(match));
    if (!exact) throw this.#error("Number is out of range");
    this.#at += match.length;
    return value;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #error(reason: string, at: number = this.#at): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.#text, at);
  }
}
