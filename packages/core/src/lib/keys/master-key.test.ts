import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemRandom } from "../kernel/random.ts";
import { MasterKeyMismatchError, openPrivateKey, parseMasterKey, sealPrivateKey } from "./master-key.ts";

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((key) => new Set(key).size > 1);
const masterKey = parseMasterKey(Buffer.from("0123456789abcdefghijklmnopqrstuv").toString("base64"));
const place = { realm: "main", kid: "k1", use: "access", algorithm: "EdDSA" } as const;
const privateJwk = { kty: "OKP", crv: "Ed25519", x: "eA", d: "c2VjcmV0" };

describe("parseMasterKey", () => {
  test("takes 32 bytes in base64 and base64url, with and without padding, as files and shells hand them over", () => {
    fc.assert(
      fc.property(bytes, (key) => {
        const texts = [Buffer.from(key).toString("base64"), Buffer.from(key).toString("base64url")];
        for (const text of [...texts, texts[0]!.replace("=", ""), `${texts[1]}=`, `${texts[0]}\n`, ` ${texts[1]} `]) {
          expect([...parseMasterKey(text)]).toEqual([...key]);
        }
      }),
    );
  });

  test.each([
    ["", "it is empty"],
    [" \n", "it is empty"],
    ["a".repeat(43), "it is not canonical"],
    [Buffer.alloc(31, "ab").toString("base64"), "it has 31 bytes"],
    [Buffer.alloc(33, "ab").toString("base64"), "it has 33 bytes"],
    [Buffer.alloc(32).toString("base64"), "all its bytes are the same"],
    [`${"ab".repeat(21)}A==`, "it is not canonical"],
    [`${"+-".repeat(21)}A`, "it mixes"],
    ["correct horse battery staple", "it is not canonical"],
    ["0123456789abcdef".repeat(4), "it has 48 bytes"],
    [`${"ab".repeat(21)}A=\n=`, "it is not canonical"],
    [`${Buffer.alloc(32, "ab").toString("base64")}=`, "it is not canonical"],
  ])("refuses %j, says what to do, and does not repeat it", (text, why) => {
    const refuse = () => parseMasterKey(text);
    expect(refuse).toThrow(TypeError);
    expect(refuse).toThrow(why);
    expect(refuse).toThrow("openssl rand -base64 32");
    if (text.trim() !== "") expect(refuse).not.toThrow(text.trim());
  });
});

describe("private keys at rest", () => {
  test("open again under the same key and for the same place; the text is versioned and shows nothing", async () => {
    const sealed = await sealPrivateKey(masterKey, place, privateJwk, systemRandom);
    expect(sealed).toMatch(/^v1\.[\w-]{16}\.[\w-]+$/);
    expect(Buffer.from(sealed.split(".")[2]!, "base64url").toString("latin1")).not.toContain("OKP");
    expect(await openPrivateKey([masterKey], place, sealed)).toEqual(privateJwk);
    expect(await sealPrivateKey(masterKey, place, privateJwk, systemRandom)).not.toBe(sealed);
  });

  test("another master key is told by name, with what to do and without either key", async () => {
    const sealed = await sealPrivateKey(masterKey, place, privateJwk, systemRandom);
    const other = systemRandom(32);
    const opening = openPrivateKey([other], place, sealed);
    await expect(opening).rejects.toThrow(MasterKeyMismatchError);
    await expect(opening).rejects.toThrow(/key k1 of realm main.*LATCHKEY_MASTER_KEY/);
    await expect(opening).rejects.not.toThrow(Buffer.from(other).toString("base64"));
  });

  test.each([{ realm: "other" }, { kid: "k2" }, { use: "refresh" as const }, { algorithm: "ES256" as const }])(
    "a row's key cannot be moved: %o",
    async (change) => {
      const sealed = await sealPrivateKey(masterKey, place, privateJwk, systemRandom);
      await expect(openPrivateKey([masterKey], { ...place, ...change }, sealed)).rejects.toThrow(
        MasterKeyMismatchError,
      );
    },
  );

  test("no altered text opens", async () => {
    const sealed = await sealPrivateKey(masterKey, place, privateJwk, systemRandom);
    const mutation = fc.record({ at: fc.nat(sealed.length - 1), to: fc.string({ maxLength: 2 }) });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ at, to }) => {
        const altered = sealed.slice(0, at) + to + sealed.slice(at + 1);
        fc.pre(altered !== sealed);
        await expect(openPrivateKey([masterKey], place, altered)).rejects.toThrow(MasterKeyMismatchError);
      }),
    );
    for (const text of ["", "v1", "v1..", `${sealed}.x`, sealed.replace("v1", "v2"), `${sealed}=`]) {
      await expect(openPrivateKey([masterKey], place, text)).rejects.toThrow(MasterKeyMismatchError);
    }
  });
});
