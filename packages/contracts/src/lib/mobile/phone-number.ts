// Mobile numbers as people in Korea write them: national or international, with or without hyphens; kept in E.164, so that each has one spelling.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** E.164, or `undefined` for what is no number that exists in its country. */
export function koreanMobile(entered: string): string | undefined {
  const parsed = parsePhoneNumberFromString(entered, { defaultCountry: "KR", extract: false });
  return parsed?.isPossible() === true && parsed.ext === undefined ? parsed.number : undefined;
}
