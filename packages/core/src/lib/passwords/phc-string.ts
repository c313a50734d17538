// The text form of a stored Argon2id hash (PHC string format): one text per hash, and no text that would make verification expensive.
import { decodeBase64, encodeBase64 } from "../kernel/base64.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { Argon2Parameters } from "./argon2.ts";

/** An Argon2id (version 19) hash. */
export interface Argon2Hash {
  readonly parameters: Argon2Parameters;
  /** Which pepper went in: 1 to 8 letters, digits, - or _. Absent: none did. */
  readonly pepperId?: string;
  /** 8 to 64 bytes. */
  readonly salt: Uint8Array;
  /** 16 to 64 bytes. */
  readonly tag: Uint8Array;
}

/** What a stored hash may ask of us: beyond it, verifying would be a denial of service. `work` is memory × passes, 28 times the default. */
export const argon2Bounds: {
  readonly memoryKiB: number;
  readonly parallelism: number;
  readonly work: number;
  readonly saltBytes: readonly [number, number];
  readonly tagBytes: readonly [number, number];
} = Object.freeze({
  memoryKiB: 262_144,
  parallelism: 16,
  work: 1_048_576,
  saltBytes: [8, 64] as const,
  tagBytes: [16, 64] as const,
});

// Anchored and bounded in each part: no text is long to read.
const form =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,6}),p=([1-9]\d{0,2})(?:,keyid=([A-Za-z\d+/]{2,11}))?\$([A-Za-z\d+/]{1,86})\$([A-Za-z\d+/]{1,86})$/;

/** What a pepper may be called. */
export const pepperIdPattern: RegExp = /^[\w-]{1,8}$/;

/** Whether the parameters are whole numbers within {@link argon2Bounds} that Argon2 allows (RFC 9106 §3.1: m ≥ 8 p). */
export function isWithinBounds({ memoryKiB, passes, parallelism }: Argon2Parameters): boolean {
  return (
    [memoryKiB, passes, parallelism].every((figure) => Number.isSafeInteger(figure) && figure >= 1) &&
    memoryKiB >= 8 * parallelism &&
    memoryKiB <= argon2Bounds.memoryKiB &&
    parallelism <= argon2Bounds.parallelism &&
    memoryKiB * passes <= argon2Bounds.work
  );
}

/** `$argon2id$v=19$m=…,t=…,p=…[,keyid=…]$salt$tag`, with base64 that has no padding. */
export function formatPhc({ parameters: { memoryKiB, passes, parallelism }, pepperId, salt, tag }: Argon2Hash): string {
  const keyId = pepperId === undefined ? "" : `,keyid=${encodeBase64(utf8(pepperId))}`;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}${keyId}$${encodeBase64(salt)}$${encodeBase64(tag)}`;
}

/** Reads what {@link formatPhc} writes; `undefined` for any other text: another algorithm, order or spelling, stray bits, parameters out of bounds. */
export function parsePhc(text: string): Argon2Hash | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const parameters = { memoryKiB: Number(match[1]), passes: Number(match[2]), parallelism: Number(match[3]) };
  const pepperId = match[4] === undefined ? undefined : pepperIdOf(match[4]);
  if (pepperId === null) return undefined;
  const salt = decodeBase64(match[5]!);
  const tag = decodeBase64(match[6]!);
  if (!isWithinBounds(parameters) || salt === undefined || tag === undefined) return undefined;
  if (!isBetween(salt.length, argon2Bounds.saltBytes) || !isBetween(tag.length, argon2Bounds.tagBytes))
    return undefined;
  return { parameters, ...(pepperId !== undefined && { pepperId }), salt, tag };
}

function pepperIdOf(keyId: string): string | null {
  const bytes = decodeBase64(keyId);
  const id = bytes === undefined ? "" : String.fromCharCode(...bytes);
  return pepperIdPattern.test(id) ? id : null;
}

const isBetween = (figure: number, [least, most]: readonly [number, number]) => figure >= least && figure <= most;
