import fc from "fast-check";
import { CompactSign, compactVerify, importJWK, type JWK } from "jose";
import { describe, expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import { derToRaw, rawToDer } from "../node/ecdsa-signature.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { JwsKey, JwsKeys } from "./jws.ts";
import type { SigningAlgorithm } from "./key-store.ts";
import { webJwsKeys } from "./web-jws.ts";

const algorithms = ["EdDSA", "ES256", "RS256", "HS256"] as const satisfies readonly SigningAlgorithm[];
const runtimes: readonly (readonly [string, JwsKeys])[] = [
  ["web", webJwsKeys],
  ["node", nodeJwsKeys],
];
const other = { web: nodeJwsKeys, node: webJwsKeys } as Record<string, JwsKeys>;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const inputOf = (algorithm: string, payload: string) =>
  `${encodeBase64url(utf8(JSON.stringify({ alg: algorithm })))}.${encodeBase64url(utf8(payload))}`;

async function joseAccepts(token: string, algorithm: string, jwk: JsonObject): Promise<boolean> {
  const key = await importJWK(jwk as JWK, algorithm);
  return compactVerify(token, key, { algorithms: [algorithm] }).then(
    () => true,
    () => false,
  );
}

for (const [runtime, keys] of runtimes) {
  for (const algorithm of algorithms) {
    describe(`${algorithm} on ${runtime}`, () => {
      const runs = algorithm === "RS256" ? 15 : 40;

      test("what is signed here verifies with jose and with the other runtime, and the other way round", async () => {
        const { privateJwk, publicJwk } = await keys.generate(algorithm);
        const verifyingJwk = publicJwk ?? privateJwk;
        const ours = await keys.importJwk(algorithm, privateJwk);
        const ourPublic = await keys.importJwk(algorithm, verifyingJwk);
        const theirs = await other[runtime]!.importJwk(algorithm, verifyingJwk);
        const josePrivate = await importJWK(privateJwk as JWK, algorithm);
        await fc.assert(
          fc.asyncProperty(fc.string({ minLength: 1, unit: "binary" }), async (payload) => {
            const input = inputOf(algorithm, payload);
            const signature = await ours.sign(input);
            expect(await joseAccepts(`${input}.${signature}`, algorithm, verifyingJwk)).toBe(true);
            expect(await theirs.verify(input, signature)).toBe(true);
            const signed = await new CompactSign(utf8(payload))
              .setProtectedHeader({ alg: algorithm })
              .sign(josePrivate);
            const dot = signed.lastIndexOf(".");
            expect(await ourPublic.verify(signed.slice(0, dot), signed.slice(dot + 1))).toBe(true);
          }),
          { numRuns: runs },
        );
      });

      test("class 4: no single-character mutation verifies; a re-encoded signature that jose takes is refused", async () => {
        const { privateJwk, publicJwk } = await keys.generate(algorithm);
        const key = await keys.importJwk(algorithm, privateJwk);
        const input = inputOf(algorithm, '{"sub":"a"}');
        const token = `${input}.${await key.sign(input)}`;
        for (let at = 0; at < token.length; at++) {
          if (token[at] === ".") continue;
          const step = 1 + ((at * 7) % 63);
          const swapped = alphabet[(alphabet.indexOf(token[at]!) + step) % 64]!;
          const mutated = token.slice(0, at) + swapped + token.slice(at + 1);
          expect(await verifies(key, mutated)).toBe(false);
          const sameBytes = at === token.length - 1 && bytesOf(mutated) === bytesOf(token);
          expect(await joseAccepts(mutated, algorithm, publicJwk ?? privateJwk)).toBe(sameBytes);
        }
        for (const reencoded of reencodings(token)) expect(await verifies(key, reencoded)).toBe(false);
      });

      test("class 4: psychic, empty, short and long signatures are refused without a throw", async () => {
        const { privateJwk } = await keys.generate(algorithm);
        const key = await keys.importJwk(algorithm, privateJwk);
        const input = inputOf(algorithm, "{}");
        const signature = decodeBase64url(await key.sign(input))!;
        const zeros = new Uint8Array(signature.length);
        const ones = new Uint8Array(signature.length).fill(255);
        const longer = new Uint8Array([...signature, 0]);
        for (const wrong of [new Uint8Array(), zeros, ones, longer, signature.subarray(1), signature.subarray(0, -1)]) {
          expect(await key.verify(input, encodeBase64url(wrong))).toBe(false);
        }
      });

      test("a public key verifies and does not sign; a secret has none", async () => {
        const { publicJwk } = await keys.generate(algorithm);
        expect(publicJwk === null).toBe(algorithm === "HS256");
        if (publicJwk === null) return;
        const key = await keys.importJwk(algorithm, publicJwk);
        await expect(async () => key.sign("a.b")).rejects.toThrow(TypeError);
        expect(Object.keys(publicJwk).some((name) => ["d", "p", "q", "dp", "dq", "qi", "k"].includes(name))).toBe(
          false,
        );
      });
    });
  }

  test(`class 4: ${runtime} refuses a JWK of another kty, crv, alg or use, or with members that do not fit`, async () => {
    for (const algorithm of algorithms) {
      const { privateJwk } = await keys.generate(algorithm);
      for (const wanted of algorithms) {
        if (wanted !== algorithm) await expect(keys.importJwk(wanted, privateJwk)).rejects.toThrow(TypeError);
      }
      const wrong: JsonObject[] = [
        { ...privateJwk, alg: "none" },
        { ...privateJwk, use: "enc" },
        { ...privateJwk, crv: "P-521" },
        ...Object.keys(privateJwk).map((name) => ({ ...privateJwk, [name]: "" })),
        ...Object.keys(privateJwk)
          .filter((name) => name !== "kty" && name !== "crv")
          .map((name) => ({ ...privateJwk, [name]: `${String(privateJwk[name])}=` })),
      ];
      for (const jwk of wrong)
        await expect(keys.importJwk(algorithm, jwk), JSON.stringify(Object.keys(jwk))).rejects.toThrow(TypeError);
    }
  });

  test(`class 4: ${runtime} takes its algorithm from the key: a public key is no HMAC secret`, async () => {
    const { publicJwk } = await keys.generate("RS256");
    await expect(keys.importJwk("HS256", publicJwk!)).rejects.toThrow(TypeError);
  });

  test(`${runtime} refuses RSA keys below 2048 bits`, async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2040 });
    const jwk = privateKey.export({ format: "jwk" }) as JsonObject;
    await expect(keys.importJwk("RS256", jwk)).rejects.toThrow(/2040 bits/);
  });
}

test("R‖S and DER are one another's inverse, and DER is OpenSSL's", async () => {
  const { createPublicKey, createPrivateKey, sign, verify } = await import("node:crypto");
  const { privateJwk, publicJwk } = await nodeJwsKeys.generate("ES256");
  const privateKey = createPrivateKey({ key: privateJwk, format: "jwk" });
  const publicKey = createPublicKey({ key: publicJwk!, format: "jwk" });
  const half = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.nat(31).map((zeros) => new Uint8Array(32).fill(0xff, zeros)),
  );
  fc.assert(
    fc.property(half, half, (r, s) => {
      const raw = new Uint8Array([...r, ...s]);
      expect([...derToRaw(rawToDer(raw))]).toEqual([...raw]);
    }),
  );
  for (let count = 0; count < 200; count++) {
    const der = sign("sha256", Buffer.from([count]), privateKey);
    const raw = derToRaw(der);
    expect(rawToDer(raw)).toEqual(new Uint8Array(der));
    expect(verify("sha256", Buffer.from([count]), { key: publicKey, dsaEncoding: "ieee-p1363" }, raw)).toBe(true);
  }
});

function verifies(key: JwsKey, token: string): boolean | Promise<boolean> {
  const dot = token.lastIndexOf(".");
  return key.verify(token.slice(0, dot), token.slice(dot + 1));
}

function bytesOf(token: string): string {
  return Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url").toString("hex");
}

/** Other spellings of the same signature bytes: padding, white space, the standard alphabet, stray bits. */
function reencodings(token: string): readonly string[] {
  const last = alphabet.indexOf(token.at(-1)!);
  const strayBits = [1, 2, 3].map((bits) => token.slice(0, -1) + alphabet[last ^ bits]!);
  const standard =
    token.slice(0, token.lastIndexOf(".") + 1) +
    token
      .slice(token.lastIndexOf(".") + 1)
      .replaceAll("-", "+")
      .replaceAll("_", "/");
  return [
    `${token}=`,
    `${token}==`,
    `${token} `,
    `${token}\n`,
    ...strayBits,
    ...(standard === token ? [] : [standard]),
  ];
}
