// Makes a signing key: prepared outside a unit of work, added inside one. Its private part leaves here encrypted or as a key that only signs.
import { encodeBase57 } from "../kernel/base57.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { JwsKey, JwsKeys } from "./jws.ts";
import type { KeyRecord, KeyUse, SigningAlgorithm } from "./key-store.ts";
import { sealPrivateKey } from "./master-key.ts";

/** A key that waits for its ordinal and its instants. */
export interface PreparedKey {
  readonly row: Pick<KeyRecord, "realm" | "kid" | "use" | "algorithm" | "publicJwk" | "encryptedPrivateJwk">;
  readonly key: JwsKey;
}

/** What making keys needs. */
export interface KeyMaking {
  readonly realm: string;
  /** The first encrypts. */
  readonly masterKeys: readonly Uint8Array<ArrayBuffer>[];
  readonly jws: JwsKeys;
  readonly random: RandomBytes;
}

/** A new key with a random kid of 11 letters and digits: it names the key and tells nothing of it. */
export async function prepareKey(making: KeyMaking, use: KeyUse, algorithm: SigningAlgorithm): Promise<PreparedKey> {
  const { realm, masterKeys, jws, random } = making;
  const { privateJwk, publicJwk } = await jws.generate(algorithm);
  const place = { realm, kid: encodeBase57(random(8)), use, algorithm };
  const encryptedPrivateJwk = await sealPrivateKey(masterKeys[0]!, place, privateJwk, random);
  return { row: { ...place, publicJwk, encryptedPrivateJwk }, key: await jws.importJwk(algorithm, privateJwk) };
}

/** The row with the next ordinal of its use. */
export function rowAfter(
  keys: readonly KeyRecord[],
  { row }: PreparedKey,
  times: { readonly createdAt: number; readonly activatesAt: number },
): KeyRecord {
  const newest = Math.max(0, ...keys.map(({ use, ordinal }) => (use === row.use ? ordinal : 0)));
  return { ...row, ordinal: newest + 1, ...times, retiredAt: null };
}
