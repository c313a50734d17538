// The costs of a resource server: tokens verified by published keys, by ours and by jose alone.
import { createResourceServerVerifier } from "@latchkey/core/verify";
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";

const issuer = "http://localhost:8000/v1";
/** More than the cache of verified tokens keeps: by the time one comes again, it is forgotten. */
const unknownTokens = 24_000;

async function issue(count: number) {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: "EdDSA", use: "sig" }] };
  const tokens: string[] = [];
  for (let index = 0; index < count; index++) {
    const token = await new SignJWT({ client_id: "bench", sid: "2JZrdp2tR2jcKeMHPE5cYL", roles: ["USER"] })
      .setProtectedHeader({ alg: "EdDSA", kid: "bench", typ: "at+jwt" })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject("2JZrdp2tR2jcKeMHPE5cYL")
      .setJti(String(index))
      .setIssuedAt()
      .setExpirationTime("2h")
      .sign(privateKey);
    tokens.push(token);
  }
  return { jwks, tokens };
}

/** `createResourceServerVerifier` with one token again and again, or with tokens that it has never seen or forgotten. */
export async function resourceServerVerification(
  which: "known" | "unknown",
): Promise<(count: number) => Promise<void>> {
  const { jwks, tokens } = await issue(which === "known" ? 1 : unknownTokens);
  const verify = createResourceServerVerifier({ issuer, jwks });
  await verify(tokens[0]);
  let at = 0;
  return async (count) => {
    for (let done = 0; done < count; done++) {
      const verdict = verify(tokens[(at = (at + 1) % tokens.length)]);
      if (verdict instanceof Promise) await verdict;
    }
  };
}

/** jose with the same conditions on the same tokens. */
export async function joseVerification(): Promise<(count: number) => Promise<void>> {
  const { jwks, tokens } = await issue(unknownTokens);
  const keys = createLocalJWKSet(jwks);
  const conditions = {
    algorithms: ["EdDSA"],
    issuer,
    audience: issuer,
    typ: "at+jwt",
    clockTolerance: 5,
    requiredClaims: ["sub", "exp", "iat", "jti"],
  };
  let at = 0;
  return async (count) => {
    for (let done = 0; done < count; done++)
      await jwtVerify(tokens[(at = (at + 1) % tokens.length)]!, keys, conditions);
  };
}
