// Ids that sort by the time at which they were made: base57 of a UUIDv7 (RFC 9562 §5.7), 22 characters.
import { encodeBase57 } from "./base57.ts";
import type { RandomBytes } from "./random.ts";

/** A new id. */
export function createTimeOrderedId(nowMilliseconds: number, random: RandomBytes): string {
  const bytes = new Uint8Array(16);
  bytes.set(random(10), 6);
  for (let index = 5, rest = nowMilliseconds; index >= 0; index--, rest = Math.floor(rest / 256))
    bytes[index] = rest % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return encodeBase57(bytes);
}
