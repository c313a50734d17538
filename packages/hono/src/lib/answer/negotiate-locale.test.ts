import { describe, expect, it } from "vitest";
import { negotiateLocale } from "./negotiate-locale.ts";

describe("negotiateLocale (RFC 9110 §12.5.4)", () => {
  it.each([
    [undefined, "en"],
    ["", "en"],
    ["ko", "ko"],
    ["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
    ["KO-kr", "ko"],
    ["en;q=0.5, ko", "ko"],
    ["en, ko;q=0.9", "en"],
    ["fr, ko;q=0.1", "ko"],
    ["fr", "en"],
    ["*", "en"],
    ["*;q=0.1, ko;q=0.2", "ko"],
    ["ko;q=0", "en"],
    ["ko;q=2", "en"],
    ["ko;q=abc", "en"],
    ["kok", "en"],
    [",;,;q=,", "en"],
  ])("%s → %s", (header, locale) => {
    expect(negotiateLocale(header, ["en", "ko"])).toBe(locale);
  });
});
