import { expect, test } from "vitest";
import { commonPasswords } from "./common-passwords.ts";
import { packWords } from "./packed-words.ts";

test("a list is loaded once for all who ask, and again after it could not be", async () => {
  let asked = 0;
  const load = async () => {
    if (++asked === 1) throw new Error("no thread");
    return packWords(["dragon"]);
  };
  const refused = await Promise.allSettled([commonPasswords(load), commonPasswords(load)]);
  expect([asked, ...refused.map(({ status }) => status)]).toEqual([1, "rejected", "rejected"]);
  const lists = await Promise.all([commonPasswords(load), commonPasswords(load)]);
  expect([asked, ...lists.map((list) => list.has("dragon"))]).toEqual([2, true, true]);
});
