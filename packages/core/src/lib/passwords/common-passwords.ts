// The list of common passwords, loaded when the first new password is judged: memory that verifying tokens never needs.
import { packedWords, packWords, type WordList } from "./packed-words.ts";

/** Gives the list, as {@link packWords} makes it. Asked once, and again where it failed. */
export type LoadCommonPasswords = () => Promise<string>;

const loading = new WeakMap<LoadCommonPasswords, Promise<WordList>>();

/**
 * Some 49,000 of the most common passwords in lower case, most of them from leaks (@zxcvbn-ts/language-common, MIT). Loaded once a process, by the platform where it can.
 */
export function commonPasswords(load: LoadCommonPasswords = packCommonPasswords): Promise<WordList> {
  const known = loading.get(load);
  if (known !== undefined) return known;
  const list = load().then(packedWords);
  loading.set(load, list);
  list.catch(() => loading.delete(load));
  return list;
}

/** The list from its module, which stays in memory beside it: 5 MB. */
export async function packCommonPasswords(): Promise<string> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return packWords(dictionary["passwords-common"]);
}
