// Keys for one purpose, derived from the master key: HKDF-SHA-256 (RFC 5869) with the purpose as its info. One that leaks tells nothing of another.
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeBase64url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";

const keyBytes = 32;

/** Derives the key of `purpose`, which no other purpose shares, for AES-256-GCM. It cannot be exported. */
export async function deriveKey(masterKey: Uint8Array<ArrayBuffer>, purpose: string): Promise<DerivedKey> {
  const base = await crypto.subtle.importKey("raw", masterKey, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(purpose) };
  const algorithm = { name: "AES-GCM", length: keyBytes * 8 };
  return crypto.subtle.deriveKey(derivation, base, algorithm, false, ["encrypt", "decrypt"]);
}

/** A key of Web Crypto. */
export type DerivedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/**
 * Derives the key of `purpose`, which no other purpose shares; HMAC-SHA-256 (RFC 2104) of a text's UTF-8 bytes under it, in base64url.
 * In JavaScript, because Web Crypto makes a job for a thread of each MAC, and a log-in needs four.
 */
export function deriveDigest(masterKey: Uint8Array, purpose: string): (text: string) => string {
  const prepared = hmac.create(sha256, hkdf(sha256, masterKey, undefined, utf8(purpose), keyBytes));
  return (text) => encodeBase64url(prepared.clone().update(utf8(text)).digest());
}
