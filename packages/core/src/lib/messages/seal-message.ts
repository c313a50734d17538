// What a message says, encrypted for the outbox: AES-256-GCM under a key derived from the master key, bound to the message's realm and id.
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { fromUtf8, utf8 } from "../kernel/bytes.ts";
import { deriveKey, type DerivedKey } from "../kernel/derived-key.ts";
import type { RandomBytes } from "../kernel/random.ts";

/** What is kept secret of a message. */
export interface MessageContent {
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly code?: string;
}

/** Seals and opens what messages say. */
export interface MessageSeal {
  seal(place: SealedPlace, content: MessageContent): Promise<string>;
  /** `undefined` for what another master key or another place sealed. */
  open(place: SealedPlace, sealed: string): Promise<MessageContent | undefined>;
}

/** Where a sealed content belongs: it opens nowhere else. */
export interface SealedPlace {
  readonly realm: string;
  readonly id: string;
}

const purpose = "latchkey/outbox-messages/v1";
const version = "v1";
const nonceLength = 12;

/** Creates the seal: the first master key seals, each opens what it sealed. Keys are derived at the first use. */
export function createMessageSeal(masterKeys: readonly Uint8Array<ArrayBuffer>[], random: RandomBytes): MessageSeal {
  let derived: readonly Promise<DerivedKey>[] | undefined;
  const keys = () => (derived ??= masterKeys.map((masterKey) => deriveKey(masterKey, purpose)));
  return {
    async seal(place, content) {
      const nonce = random(nonceLength);
      const ciphertext = await crypto.subtle.encrypt(
        cipher(nonce, place),
        await keys()[0]!,
        utf8(JSON.stringify(content)),
      );
      return `${version}.${encodeBase64url(nonce)}.${encodeBase64url(new Uint8Array(ciphertext))}`;
    },
    async open(place, sealed) {
      const [form, nonceText = "", ciphertextText = ""] = sealed.split(".");
      const nonce = decodeBase64url(nonceText);
      const ciphertext = decodeBase64url(ciphertextText);
      if (form !== version || nonce?.length !== nonceLength || ciphertext === undefined) return undefined;
      for (const key of await Promise.all(keys())) {
        const clear = await decrypt(cipher(nonce, place), key, ciphertext);
        if (clear !== undefined) return JSON.parse(fromUtf8(clear)) as MessageContent;
      }
      return undefined;
    },
  };
}

async function decrypt(
  algorithm: ReturnType<typeof cipher>,
  key: DerivedKey,
  ciphertext: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext));
  } catch {
    return undefined;
  }
}

function cipher(nonce: Uint8Array<ArrayBuffer>, { realm, id }: SealedPlace) {
  return { name: "AES-GCM", iv: nonce, additionalData: utf8(JSON.stringify([version, realm, id])) };
}
