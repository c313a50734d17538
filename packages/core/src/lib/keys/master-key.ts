// The master key and what it protects: private keys at rest. Knows no storage; must never put a key into an error.
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { fromUtf8, utf8 } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { KeyRecord } from "./key-store.ts";

/** Where a sealed key belongs: it opens nowhere else. */
export type SealedKeyPlace = Pick<KeyRecord, "realm" | "kid" | "use" | "algorithm">;

/** A stored key that the given master key does not open. */
export class MasterKeyMismatchError extends Error {
  /** The realm and the key that could not be opened. */
  readonly place: SealedKeyPlace;

  constructor(place: SealedKeyPlace, cause?: unknown) {
    super(
      `The master key does not open key ${place.kid} of realm ${place.realm}. Start with the master key that this database was used with before ` +
        "(LATCHKEY_MASTER_KEY, or the .key file beside an SQLite database). Where that one is lost, tokens signed so far are lost with it: delete the realm's stored keys and start again.",
      cause === undefined ? undefined : { cause },
    );
    this.name = "MasterKeyMismatchError";
    this.place = place;
  }
}

/** Bytes of a master key. */
export const masterKeyLength = 32;

const version = "v1";
const nonceLength = 12;
const label = utf8("latchkey/stored-private-keys/v1");

/**
 * Reads a master key: 32 bytes in base64 or base64url, with or without padding, around which white space does not matter.
 * @throws TypeError that says what to do, and nothing of what it was given
 */
export function parseMasterKey(text: string): Uint8Array<ArrayBuffer> {
  const trimmed = text.trim();
  if (trimmed === "") throw unusable("it is empty");
  if (/[+/]/.test(trimmed) && /[-_]/.test(trimmed)) throw unusable("it mixes base64 and base64url");
  const digits = trimmed
    .replace(/={1,2}$/, "")
    .replaceAll("+", "-")
    .replaceAll("/", "_");
  const bytes = decodeBase64url(digits);
  if (bytes === undefined || (trimmed.endsWith("=") && trimmed.length % 4 !== 0))
    throw unusable("it is not canonical base64 or base64url");
  checkMasterKey(bytes);
  return bytes;
}

/** Reads master keys, separated by commas: the first encrypts, each opens what it encrypted. @throws TypeError as {@link parseMasterKey} */
export function parseMasterKeys(text: string): readonly Uint8Array<ArrayBuffer>[] {
  return text.split(",").map(parseMasterKey);
}

/** @throws TypeError where the bytes cannot be a master key: not 32, or all the same */
export function checkMasterKey(bytes: Uint8Array): void {
  if (bytes.length !== masterKeyLength) throw unusable(`it has ${bytes.length} bytes instead of ${masterKeyLength}`);
  if (bytes.every((byte) => byte === bytes[0])) throw unusable("all its bytes are the same");
}

/** Encrypts a private JWK for its place: `v1.<nonce>.<ciphertext>` in base64url (AES-256-GCM under a key that HKDF-SHA-256, RFC 5869, derives from the master key). */
export async function sealPrivateKey(
  masterKey: Uint8Array<ArrayBuffer>,
  place: SealedKeyPlace,
  privateJwk: JsonObject,
  random: RandomBytes,
): Promise<string> {
  const nonce = random(nonceLength);
  const key = await sealingKey(masterKey, "encrypt");
  const ciphertext = await crypto.subtle.encrypt(cipher(nonce, place), key, utf8(JSON.stringify(privateJwk)));
  return `${version}.${encodeBase64url(nonce)}.${encodeBase64url(new Uint8Array(ciphertext))}`;
}

/**
 * Decrypts what {@link sealPrivateKey} made for the same place with one of the master keys.
 * @throws MasterKeyMismatchError for another master key, another place, and a text that was altered: they cannot be told apart
 */
export async function openPrivateKey(
  masterKeys: readonly Uint8Array<ArrayBuffer>[],
  place: SealedKeyPlace,
  sealed: string,
): Promise<JsonObject> {
  let mismatch = new MasterKeyMismatchError(place);
  for (const masterKey of masterKeys) {
    try {
      return await openWith(masterKey, place, sealed);
    } catch (error) {
      if (!(error instanceof MasterKeyMismatchError)) throw error;
      mismatch = error;
    }
  }
  throw mismatch;
}

/** Whether this master key opens it. */
export async function isSealedWith(
  masterKey: Uint8Array<ArrayBuffer>,
  place: SealedKeyPlace,
  sealed: string,
): Promise<boolean> {
  try {
    await openWith(masterKey, place, sealed);
    return true;
  } catch (error) {
    if (error instanceof MasterKeyMismatchError) return false;
    throw error;
  }
}

async function openWith(
  masterKey: Uint8Array<ArrayBuffer>,
  place: SealedKeyPlace,
  sealed: string,
): Promise<JsonObject> {
  const [form, nonceText, ciphertextText, ...rest] = sealed.split(".");
  const nonce = decodeBase64url(nonceText ?? "");
  const ciphertext = decodeBase64url(ciphertextText ?? "");
  if (form !== version || rest.length > 0 || nonce?.length !== nonceLength || ciphertext === undefined)
    throw new MasterKeyMismatchError(place);
  const key = await sealingKey(masterKey, "decrypt");
  try {
    const clear = await crypto.subtle.decrypt(cipher(nonce, place), key, ciphertext);
    return JSON.parse(fromUtf8(new Uint8Array(clear))) as JsonObject;
  } catch (cause) {
    throw new MasterKeyMismatchError(place, cause);
  }
}

async function sealingKey(masterKey: Uint8Array<ArrayBuffer>, usage: "encrypt" | "decrypt") {
  const base = await crypto.subtle.importKey("raw", masterKey, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: label };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, [usage]);
}

/** The place is authenticated, so that a row's key cannot be moved to another realm, kid, use or algorithm. */
function cipher(nonce: Uint8Array<ArrayBuffer>, { realm, kid, use, algorithm }: SealedKeyPlace) {
  const additionalData = utf8(JSON.stringify([version, realm, kid, use, algorithm]));
  return { name: "AES-GCM", iv: nonce, additionalData };
}

function unusable(why: string): TypeError {
  return new TypeError(
    `The master key cannot be used: ${why}. It is ${masterKeyLength} random bytes in base64 or base64url; make one with \`openssl rand -base64 32\`.`,
  );
}
