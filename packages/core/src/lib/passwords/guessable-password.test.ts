import { describe, expect, it } from "vitest";
import { commonPasswords } from "./common-passwords.ts";
import { guessable } from "./guessable-password.ts";

const common = await commonPasswords();
const words = ["Alice.Kim@example.com", "rabbit99", "+82 10-1234-5678", "acme", "id"];
const verdict = (password: string) => guessable(password, common, words);

describe("NIST SP 800-63B-4 §3.1.1.2: common passwords", () => {
  it.each([
    ["a listed one", "1qaz2wsx3edc4rfv"],
    ["in capitals", "QwertyuiOP12345"],
    ["in a compatibility form", "ｑｗｅｒｔｙｕｉｏｐ12345"],
    ["a listed one repeated", "dragondragondragon"],
    ["one character", "aaaaaaaaaaaaaaaaaaaa"],
    ["up to four characters repeated", "a1!Za1!Za1!Za1!Z"],
    ["a run", "abcdefghijklmnop"],
    ["a run of digits over 9", "45678901234567890"],
    ["a run downwards over 0", "2109876543210987"],
  ])("%s is refused", (_what, password) => expect(verdict(password)).toBe("common"));

  it("compares the whole password, never a part", () => {
    for (const password of [
      "correct horse battery staple",
      "password of the dragon",
      "qwertyuiop12345x!",
      "토끼와 거북이의 긴 이야기",
      // Nearly runs: a digit that does not follow, beside 9 and 0.
      "5678934567890123",
      "5670123456789012",
      "3210654321098765",
      "6598765432109876",
    ])
      expect(verdict(password)).toBeUndefined();
  });
});

describe("context words", () => {
  it.each([
    ["an address", "alice.kim@example.com"],
    ["its local part with digits and marks around it", "--AliceKim-2026-12!"],
    ["its local part with digits before it", "1990 Alice.Kim"],
    ["a user name repeated", "rabbit99rabbit99"],
    ["a user name without its digits", "Rabbit1234567890"],
    ["a number", "(+82)1012345678!!"],
    ["the service's name", "ACME!12345678901"],
    ["the service's name repeated", "acme-acme-acme-acme"],
  ])("%s is refused", (_what, password) => expect(verdict(password)).toBe("context_word"));

  it("is nothing that a longer password contains, and nothing shorter than four characters", () => {
    for (const password of [
      "acme sells good rabbits",
      "id-1234567890-xk",
      "id-72653910482655",
      "alice kim and the rabbit",
      "alice 7265391 kim",
    ])
      expect(verdict(password)).toBeUndefined();
  });
});
