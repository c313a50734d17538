// Finds the objects of a JSON file one at a time, whatever its size: a list of objects, one object a line, or a list inside one object. It knows no format.
import { CommandError } from "../command.ts";

/** The text of one object and the line on which it begins. */
export interface RecordText {
  readonly line: number;
  readonly text: string;
}

const longestRecord = 1_048_576;

/**
 * The objects at a depth: 0 for those that lie in no other object, 1 for those that lie in exactly one.
 * @throws CommandError for bytes that are no UTF-8, an object of more than 1 MiB, and a file that ends within one
 */
export async function* readRecords(source: AsyncIterable<Uint8Array>, wantedDepth: 0 | 1): AsyncGenerator<RecordText> {
  const splitter = new RecordSplitter(wantedDepth);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new CommandError(`The file is not UTF-8 (near line ${splitter.line}). Export it again as UTF-8.`);
    }
  };
  for await (const chunk of source) yield* splitter.split(decode(chunk));
  yield* splitter.split(decode());
  splitter.end();
}

class RecordSplitter {
  line = 1;
  readonly #wantedDepth: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #record = "";
  #startedAt = 0;

  constructor(wantedDepth: number) {
    this.#wantedDepth = wantedDepth;
  }

  *split(text: string): Generator<RecordText> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at]!;
      if (character === "\n") this.line++;
      if (this.#inString) this.#readString(character);
      else if (character === '"') this.#inString = true;
      else if (character === "{" && this.#depth++ === this.#wantedDepth) {
        from = at;
        this.#startedAt = this.line;
      } else if (character === "}" && --this.#depth === this.#wantedDepth) {
        yield { line: this.#startedAt, text: this.#record + text.slice(from, at + 1) };
        this.#record = "";
      }
    }
    if (this.#depth <= this.#wantedDepth) return;
    this.#record += text.slice(from);
    if (this.#record.length > longestRecord)
      throw new CommandError(`What begins on line ${this.#startedAt} is longer than ${longestRecord} characters.`);
  }

  #readString(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === "\\") this.#escaped = true;
    else if (character === '"') this.#inString = false;
  }

  end(): void {
    if (this.#depth > 0 || this.#inString)
      throw new CommandError(
        `The file ends within what begins on line ${this.#startedAt || 1}: it was cut off. What came before is done; export it again and run this again.`,
      );
  }
}
