// Keys for one purpose, derived from the master key: HKDF-SHA-256 (RFC 5869) with the purpose as its info. One that leaks tells nothing of another.
import { utf8 } from "./bytes.ts";

/** What a derived key does. */
export type DerivedKeyForm = "encrypt" | "digest";

const forms = {
  encrypt: { algorithm: { name: "AES-GCM", length: 256 }, uses: ["encrypt", "decrypt"] },
  digest: { algorithm: { name: "HMAC", hash: "SHA-256", length: 256 }, uses: ["sign"] },
} as const;

/** Derives the key of `purpose`, which no other purpose shares: AES-256-GCM to encrypt, HMAC-SHA-256 to digest. It cannot be exported. */
export async function deriveKey(
  masterKey: Uint8Array<ArrayBuffer>,
  purpose: string,
  form: DerivedKeyForm,
): Promise<DerivedKey> {
  const base = await crypto.subtle.importKey("raw", masterKey, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(purpose) };
  const { algorithm, uses } = forms[form];
  return crypto.subtle.deriveKey(derivation, base, algorithm, false, [...uses]);
}

/** A key of Web Crypto. */
export type DerivedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
