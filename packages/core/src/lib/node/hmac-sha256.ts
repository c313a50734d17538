// HMAC-SHA-256 (RFC 2104 §2) by Node's hash in one call. `createHmac` makes an object with a native handle for each MAC, which costs more than twice the MAC and is left to the collector.
// It knows no token.
import { hash } from "node:crypto";

const blockBytes = 64;
const digestBytes = 32;
/** Messages of so many bytes are copied to where the key stands; longer ones get an array of their own. */
const roomBytes = 3072;

/** Prepares a key of any length; its MAC of a text's UTF-8 bytes, in base64url. */
export function hmacSha256(secret: Uint8Array): (text: string) => string {
  const key = secret.length > blockBytes ? hash("sha256", secret, "buffer") : secret;
  const inner = Buffer.alloc(blockBytes + roomBytes);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  for (let index = 0; index < blockBytes; index++) {
    const byte = key[index] ?? 0;
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  const padded = (text: string): Uint8Array => {
    // A unit of UTF-16 takes three bytes at most.
    if (text.length * 3 > roomBytes) return Buffer.concat([inner.subarray(0, blockBytes), Buffer.from(text)]);
    return inner.subarray(0, blockBytes + inner.write(text, blockBytes));
  };
  return (text) => {
    outer.write(hash("sha256", padded(text), "binary"), blockBytes, "binary");
    return hash("sha256", outer, "base64url");
  };
}
