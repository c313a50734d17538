// Whether a text that serves as a key was thought up by a person and not drawn by a machine (RFC 8725 §3.5). It errs towards silence: what it names is weak, what it does not name may be.
import { commonPasswords } from "./common-passwords.ts";
import type { WordList } from "./packed-words.ts";

/** Shorter words occur in random texts. */
const shortestWord = 4;
const longestWord = 24;

/** A random secret of 16 characters keeps at least so many. */
const leastRest = 10;

/** Thirty-two random hexadecimal digits have at least so many different ones. */
const leastDifferent = 8;

/**
 * Whether hardly anything is left of a secret without the words that people choose, and what it repeats. For keys, pepper and secrets of services, of 16
 * characters and more; passwords of people have their own rule.
 */
export async function isGuessableSecret(secret: string): Promise<boolean> {
  const common = await commonPasswords();
  const folded = secret.normalize("NFKC").toLowerCase();
  if (new Set(folded).size < leastDifferent) return true;
  const parts = new Set(folded.split(/[^\p{L}\p{N}]+/u));
  let rest = 0;
  for (const part of parts) rest += lengthWithout(part, common);
  return rest < leastRest;
}

/** How long a text is without the words in it, the longest first at each place. */
function lengthWithout(text: string, words: WordList): number {
  let rest = 0;
  for (let start = 0; start < text.length;) {
    const word = wordAt(text, start, words);
    if (word === 0) rest++;
    start += Math.max(word, 1);
  }
  return rest;
}

function wordAt(text: string, start: number, words: WordList): number {
  for (let length = Math.min(longestWord, text.length - start); length >= shortestWord; length--)
    if (words.has(text.slice(start, start + length))) return length;
  return 0;
}
