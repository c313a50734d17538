// Names of uploaded files: 22 characters of base57 as clients know them, half of them random, half a MAC over the owner. Who may take a file back follows from its name alone.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const nameLength = 22;
const half = 8;
const keyForm = /^media\/((?:[a-z0-9]+\/)+[a-z0-9]+_)([2-9A-HJ-NP-Za-km-z]{22})\.([a-z0-9]{1,8})$/;

/** Media types that are taken, with the ends of their files' names. */
export const fileEndings: Readonly<Record<string, string>> = Object.freeze({
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
});

/** A file's owner and kind. */
export interface UploadPlace {
  readonly accountId: string;
  /** For example `images/users/profiles/profile_`. */
  readonly prefix: string;
  readonly ending: string;
}

/** A new key of the owner's. */
export function createUploadKey(secret: Uint8Array, place: UploadPlace): string {
  const nonce = randomBytes(half);
  const key = `media/${place.prefix}${encode(Buffer.concat([nonce, mac(secret, place, nonce)]))}.${place.ending}`;
  if (!keyForm.test(key)) throw new TypeError(`${place.prefix} is no prefix of a key`);
  return key;
}

/** Whether the key was made for that account. */
export function ownsUploadKey(secret: Uint8Array, accountId: string, key: string): boolean {
  const [, prefix, name, ending] = keyForm.exec(key) ?? [];
  const bytes = name === undefined ? undefined : decode(name);
  if (prefix === undefined || ending === undefined || bytes === undefined) return false;
  const expected = mac(secret, { accountId, prefix, ending }, bytes.subarray(0, half));
  return timingSafeEqual(bytes.subarray(half), expected);
}

function mac(secret: Uint8Array, { accountId, prefix, ending }: UploadPlace, nonce: Uint8Array): Buffer {
  const message = JSON.stringify(["v1", accountId, prefix, ending, Buffer.from(nonce).toString("hex")]);
  return createHmac("sha256", secret).update(message).digest().subarray(0, half);
}

function encode(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let index = 0; index < nameLength; index++) {
    text = alphabet[Number(number % 57n)]! + text;
    number /= 57n;
  }
  return text;
}

function decode(text: string): Buffer | undefined {
  let number = 0n;
  for (const character of text) number = number * 57n + BigInt(alphabet.indexOf(character));
  return number >= 1n << 128n ? undefined : Buffer.from(number.toString(16).padStart(4 * half, "0"), "hex");
}
