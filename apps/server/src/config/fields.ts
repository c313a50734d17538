// The kinds of setting: each carries the sentence that a wrong value gets and the description that editors show.
import { isIP } from "node:net";
import { z } from "zod";

/** A whole number within bounds. */
export function wholeNumber(minimum: number, maximum: number, description: string): z.ZodNumber {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error }).meta({ description });
}

/** `true` or `false`. */
export function flag(description: string): z.ZodBoolean {
  return z.boolean({ error: "must be true or false" }).meta({ description });
}

/** A string of a pattern; `wanted` completes "must be …". */
export function text(wanted: string, pattern: RegExp, description: string): z.ZodString {
  const error = `must be ${wanted}`;
  return z.string({ error }).regex(pattern, { error }).meta({ description });
}

/** One of several words. */
export function choice<const T extends string>(
  values: readonly T[],
  description: string,
): z.ZodEnum<{ readonly [Word in T]: Word }> {
  return z
    .enum(values, { error: `must be one of ${values.map((value) => `"${value}"`).join(", ")}` })
    .meta({ description });
}

const urlError = "must be an absolute http or https URL without user, query and fragment";

/** An absolute http or https URL, as issuers need one (RFC 8414 §2). */
export function absoluteUrl(description: string): z.ZodString {
  return z.string({ error: urlError }).refine(isAbsoluteUrl, { error: urlError }).meta({ description });
}

function isAbsoluteUrl(value: string): boolean {
  const url = URL.parse(value);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && !/[?#]/.test(value)
  );
}

const originError = 'must be an exact origin such as "https://app.example.com" (no path, no default port), or "*"';

/** An origin as browsers send it (RFC 6454 §6.2), or `*`. */
export function pageOrigin(description: string): z.ZodString {
  return z
    .string({ error: originError })
    .refine(
      (value) => value === "*" || (isAbsoluteUrl(value) && URL.parse(value)?.origin === value && !value.includes("*")),
      {
        error: originError,
      },
    )
    .meta({ description });
}

const cidrError = 'must be an address or a block such as "10.0.0.0/8" or "fd00::/8"';

/** An IP address or a block in CIDR form. */
export function cidr(description: string): z.ZodString {
  return z.string({ error: cidrError }).refine(isCidr, { error: cidrError }).meta({ description });
}

function isCidr(value: string): boolean {
  const [address, bits, ...rest] = value.split("/");
  const family = isIP(address ?? "");
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
