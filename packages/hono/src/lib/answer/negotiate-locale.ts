// Which language an answer's texts are in: Accept-Language by its weights (RFC 9110 §12.5.4).
import type { Locale, WireContract } from "@latchkey/contracts";

/** The best of the contract's languages; its first where the header prefers none of them. */
export function negotiateLocale(header: string | undefined, locales: WireContract["locales"]): Locale {
  if (header === undefined || locales.length === 1 || header.length > 512) return locales[0];
  let best = locales[0];
  let bestWeight = 0;
  for (const range of header.split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = weightOf(parameters);
    const locale = tag === "*" ? locales[0] : locales.find((known) => tag === known || tag.startsWith(`${known}-`));
    if (locale !== undefined && weight > bestWeight) {
      best = locale;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  if (quality === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0;
}
