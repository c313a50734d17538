// Many words as one text: a set of texts takes ten times as much memory.

/** What knows words. */
export interface WordList {
  has(word: string): boolean;
}

/** Words in order, each between line breaks. None may contain one. */
export function packWords(words: readonly string[]): string {
  return ["", ...words.toSorted(), ""].join("\n");
}

/** Finds words in what {@link packWords} made: some 17 comparisons of 49,000 words. */
export function packedWords(packed: string): WordList {
  return {
    has(word) {
      // Line breaks: one before what may still be the word, one behind it.
      let [low, high] = [0, packed.length - 1];
      while (low < high) {
        const start = packed.lastIndexOf("\n", Math.floor((low + high - 1) / 2)) + 1;
        const end = packed.indexOf("\n", start);
        const found = packed.slice(start, end);
        if (found === word) return true;
        if (found < word) low = end;
        else high = start - 1;
      }
      return false;
    },
  };
}
