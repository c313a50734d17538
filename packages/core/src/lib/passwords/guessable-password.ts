// Whether a new password is one that is tried first (NIST SP 800-63B-4 §3.1.1.2): the whole of it is compared, never a part.
import type { WordList } from "./packed-words.ts";

/** Why a password is easily guessed. */
export type Guessable = "common" | "context_word";

/** A shorter word says nothing of whose password it is. */
const leastWord = 4;

/** A unit of so few code points, however often it is repeated, is no secret. */
const shortUnit = 4;

/**
 * `common` for a listed password, a repetition of one or of up to four characters, and a run such as `abcdef…` or `98765…`; `context_word` where the
 * password is nothing but one of `words`, repeated or not, with digits and punctuation around it. Letter case and compatibility forms are one.
 * @param common In lower case
 * @param words What belongs to the account and the service: identifiers, names. Of an address its local part counts, too.
 */
export function guessable(password: string, common: WordList, words: readonly string[]): Guessable | undefined {
  const folded = fold(password);
  const unit = repeatedUnit(folded);
  if (common.has(folded) || common.has(unit) || [...unit].length <= shortUnit || isRun(folded)) return "common";
  const bare = bareOf(folded);
  const forms = [bare, withoutDigits(bare)].flatMap((form) => [form, repeatedUnit(form)]);
  return wordsOf(words).some((word) => forms.includes(word)) ? "context_word" : undefined;
}

const fold = (text: string) => text.normalize("NFKC").toLowerCase();

const bareOf = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, "");

const withoutDigits = (text: string) => text.replaceAll(/^\p{N}+|\p{N}+$/gu, "");

function wordsOf(words: readonly string[]): readonly string[] {
  return words
    .flatMap((word) => [word, word.split("@", 1)[0]!])
    .flatMap((word) => [bareOf(fold(word)), withoutDigits(bareOf(fold(word)))])
    .filter((word) => [...word].length >= leastWord);
}

/** The shortest text of which this one is a repetition: itself where there is none. */
function repeatedUnit(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1));
}

/** Whether each character follows the one before it in the same direction; after 9 comes 0. */
function isRun(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0)!);
  return [1, -1].some((step) =>
    points.every((point, index) => index === 0 || follows(points[index - 1]!, point, step)),
  );
}

function follows(before: number, point: number, step: number): boolean {
  const [zero, nine] = [0x30, 0x39];
  if (point === before + step) return true;
  return step === 1 ? before === nine && point === zero : before === zero && point === nine;
}
