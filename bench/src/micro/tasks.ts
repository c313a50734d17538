// The steps that are measured alone. Each returns what it computes, so that nothing is left out as dead.
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { createIdentityProvider, type Platform } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import { openSqliteStorage } from "@latchkey/storage/sqlite";
import { generateKeyPair, jwtVerify, SignJWT } from "jose";
import type { Bench } from "tinybench";

const password = "correct horse battery staple";
const issuer = "http://localhost:8000/v1";
const claims = { client_id: "bench", sid: "2JZrdp2tR2jcKeMHPE5cYL", roles: ["USER"] };
const atOnce = 16;

/** Sign and verify: the platform's keys beside jose's. */
export async function addSignatureTasks(bench: Bench): Promise<void> {
  const { jws } = nodePlatform();
  const header = Buffer.from('{"alg":"EdDSA","typ":"at+jwt"}').toString("base64url");
  const input = `${header}.${Buffer.from(JSON.stringify({ iss: issuer, ...claims })).toString("base64url")}`;
  for (const algorithm of ["EdDSA", "ES256", "HS256"] as const) {
    const { privateJwk } = await jws.generate(algorithm);
    const key = await jws.importJwk(algorithm, privateJwk);
    const signature = await key.sign(input);
    bench.add(`sign ${algorithm}, platform`, () => key.sign(input));
    bench.add(`verify ${algorithm}, platform`, () => key.verify(input, signature));
  }
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const sign = () => new SignJWT(claims).setProtectedHeader({ alg: "EdDSA" }).setIssuer(issuer).sign(privateKey);
  const token = await sign();
  bench.add("sign EdDSA, jose, whole token", sign);
  bench.add("verify EdDSA, jose, whole token", () => jwtVerify(token, publicKey, { issuer }));
  const secret = createSecretKey(randomBytes(32));
  bench.add("one HMAC-SHA-256, node:crypto", () => createHmac("sha256", secret).update(input).digest());
}

/** Parse, verify, query and rotate by a provider on a file. Returns how to end it. */
export async function addProviderTasks(bench: Bench, file: string): Promise<() => Promise<void>> {
  const { storage, migrate } = await openSqliteStorage({ file });
  await migrate();
  // Sessions are not what is measured here: a constant stands for the hash.
  const platform: Platform = {
    ...nodePlatform(),
    argon2id: async (_password, _salt, { tagLength }) => new Uint8Array(tagLength),
  };
  const provider = createIdentityProvider({ issuer, storage, masterKey: new Uint8Array(randomBytes(32)), platform });
  await provider.start();
  await provider.signUp({ identifiers: { username: "bench" }, password });
  const logIn = async () => (await provider.logIn({ identifier: "bench", password })).tokens;
  const { accessToken, refreshToken: first } = await logIn();
  const principal = await provider.verifyAccessToken(accessToken);
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${accessToken.split(".")[1]!}.`;

  bench.add("parse a token and refuse it unsigned", () => refused(() => provider.verifyAccessToken(unsigned)));
  bench.add("verify a known access token", () => provider.verifyAccessToken(accessToken));
  bench.add("query the account of a principal", () => provider.readAccount(principal));
  let alone = first;
  bench.add("rotate, one at a time, on disk", async () => {
    alone = (await provider.refresh(alone)).tokens.refreshToken;
  });
  const together = await Promise.all(Array.from({ length: atOnce }, async () => (await logIn()).refreshToken));
  bench.add(`rotate, ${atOnce} at once, on disk (all of them)`, () =>
    Promise.all(
      together.map(async (token, index) => {
        together[index] = (await provider.refresh(token)).tokens.refreshToken;
      }),
    ),
  );
  return async () => {
    await provider.close();
    await storage.close();
  };
}

/** The password hash with the default cost. */
export function addPasswordTasks(bench: Bench): void {
  const { argon2id } = nodePlatform();
  const [message, salt] = [Buffer.from(password), randomBytes(16)];
  const cost = { memoryKiB: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  bench.add("hash: argon2id m=19456 t=2 p=1", () => argon2id(message, salt, cost), { async: true });
}

async function refused(ask: () => unknown): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch {
    return true;
  }
}
