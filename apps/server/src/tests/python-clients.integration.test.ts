// The clients that the Django contracts have today: PyJWT and SimpleJWT read our tokens with the shared secret, and refuse what they must.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inRepository } from "./support/listings.ts";
import { serveInProcess, signHs256 } from "./support/wire-server.ts";

const python = process.env["LATCHKEY_TEST_PYTHON"];
if (python === undefined && process.env["CI"] === "true")
  throw new Error("CI runs these tests: set LATCHKEY_TEST_PYTHON");

interface Verdict {
  readonly header: unknown;
  readonly pyjwt: unknown;
  readonly simplejwt: unknown;
}

function judge(secret: string, tokens: Readonly<Record<string, string>>): Readonly<Record<string, Verdict>> {
  const script = inRepository("apps/server/src/tests/fixtures/verify_tokens.py");
  const input = JSON.stringify({ secret, tokens });
  return JSON.parse(execFileSync(python!, [script], { input, encoding: "utf8" })) as Readonly<Record<string, Verdict>>;
}

const json = { "content-type": "application/json" };
const places = {
  intern: { signUp: "/accounts/signup/", logIn: "/accounts/login/", seconds: 300 },
  baro: { signUp: "/api/signup/", logIn: "/api/login/", seconds: 1_800 },
  onboarding: { signUp: "/signup", logIn: "/login", seconds: 900 },
} as const;

describe.skipIf(python === undefined)("Python's clients (needs LATCHKEY_TEST_PYTHON)", () => {
  it.each(["intern", "baro", "onboarding"] as const)(
    "PyJWT and SimpleJWT take an access token of %s, and neither a tampered nor a foreign one nor a refresh token",
    async (realm) => {
      const server = await serveInProcess([realm]);
      try {
        const { signUp, logIn, seconds } = places[realm];
        const body = JSON.stringify({ username: "test01", password: "12341234", nickname: "test" });
        const post = async (path: string) =>
          JSON.parse((await server.send({ method: "POST", path, headers: json, body })).text) as Record<string, string>;
        const signedUp = await post(signUp);
        const loggedIn = (await post(logIn))["token"]!;
        const access = realm === "intern" ? signedUp["access"]! : loggedIn;
        const { provider } = server.realms[0]!;
        const { tokens } = await provider.logIn({ identifier: "test01", password: "12341234" });
        const [header, claims, signature] = access.split(".") as [string, string, string];
        const other = Buffer.from(claims, "base64url").toString().replace('"user_id":1', '"user_id":2');
        const secret = server.secretOf(realm);
        const verdicts = judge(secret, {
          access,
          tampered: [header, Buffer.from(other).toString("base64url"), signature].join("."),
          foreign: signHs256(JSON.parse(other), `${secret}!`),
          refresh: tokens.refreshToken,
        });
        const expected = {
          token_type: "access",
          exp: expect.any(Number),
          iat: expect.any(Number),
          jti: expect.stringMatching(/^[0-9a-f]{32}$/),
          user_id: 1,
        };
        expect(verdicts["access"]).toEqual({
          header: { alg: "HS256", typ: "JWT" },
          pyjwt: expected,
          simplejwt: expected,
        });
        const { exp, iat } = verdicts["access"]!.pyjwt as { readonly exp: number; readonly iat: number };
        expect(exp - iat).toBe(seconds);
        for (const forged of ["tampered", "foreign"]) {
          expect(verdicts[forged]).toMatchObject({
            pyjwt: "InvalidSignatureError",
            simplejwt: "Token is invalid or expired",
          });
        }
        expect(verdicts["refresh"]).toMatchObject({
          pyjwt: { token_type: "refresh" },
          simplejwt: "Token has wrong type",
        });
      } finally {
        await server.close();
      }
    },
  );
});
