// The clients that the documented systems have today: PyJWT and SimpleJWT read our tokens with the shared secret, and refuse what they must.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inRepository } from "./support/listings.ts";
import { serveInProcess, signHs256 } from "./support/wire-server.ts";
import type { WireServer } from "./support/wire-server.ts";

const python = process.env["LATCHKEY_TEST_PYTHON"];
if (python === undefined && process.env["CI"] === "true")
  throw new Error("CI runs these tests: set LATCHKEY_TEST_PYTHON");

type Client = "pyjwt" | "simplejwt";
type Verdict = { readonly header: unknown } & { readonly [Name in Client]?: unknown };
interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

interface Scene {
  readonly clients: readonly Client[];
  /** Gets a pair as a person of the system does. */
  logIn(server: WireServer): Promise<Tokens>;
  readonly header: object;
  readonly access: object;
  readonly refresh: object;
  readonly seconds: number;
  /** A claim that somebody would like to change. */
  readonly subject: readonly [RegExp, string];
}

function judge(
  secret: string,
  clients: readonly Client[],
  tokens: Readonly<Record<string, string>>,
): Readonly<Record<string, Verdict>> {
  const script = inRepository("apps/server/src/tests/fixtures/verify_tokens.py");
  const input = JSON.stringify({ secret, clients, tokens });
  return JSON.parse(execFileSync(python!, [script], { input, encoding: "utf8" })) as Readonly<Record<string, Verdict>>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
async function post(server: WireServer, path: string, body: object): Promise<any> {
  const headers = { "content-type": "application/json" };
  const { text } = await server.send({ method: "POST", path, headers, body: JSON.stringify(body) });
  return JSON.parse(text);
}

const person = { username: "test01", password: "12341234", nickname: "test" };
const member = { birth: "1984-10-23", gender: "male", mobile: "01090991005", name: "손흥민", username: "도도" };
const rabbit = { username: "정재균", email: "logical_man@naver.com", password: "Vhtmxmaos123#" };

const instant = expect.any(Number);
const django = (kind: "access" | "refresh", user: unknown = 1) => ({
  token_type: kind,
  exp: instant,
  iat: instant,
  jti: expect.stringMatching(/^[0-9a-f]{32}$/),
  user_id: user,
});
const flask = (kind: "access" | "refresh") => ({
  fresh: kind === "access",
  iat: instant,
  jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  type: kind,
  sub: 1,
  nbf: instant,
  exp: instant,
});
const simpleJwt = {
  clients: ["pyjwt", "simplejwt"],
  header: { alg: "HS256", typ: "JWT" },
  access: django("access"),
  refresh: django("refresh"),
  subject: [/"user_id":1/, '"user_id":2'],
} as const;

/** Where a system answers with one token of the pair, the library gives the other. */
async function pairOf(server: WireServer, answered: Partial<Tokens>): Promise<Tokens> {
  const { tokens } = await server.realms[0]!.provider.logIn({ identifier: person.username, password: person.password });
  return { access: tokens.accessToken, refresh: tokens.refreshToken, ...answered };
}

const scenes: Readonly<Record<"intern" | "baro" | "onboarding" | "mobile" | "rabbit", Scene>> = {
  intern: {
    ...simpleJwt,
    seconds: 300,
    async logIn(server) {
      const { access } = await post(server, "/accounts/signup/", person);
      const { token: refresh } = await post(server, "/accounts/login/", person);
      return { access, refresh };
    },
  },
  baro: {
    ...simpleJwt,
    seconds: 1_800,
    async logIn(server) {
      await post(server, "/api/signup/", person);
      const { token: access } = await post(server, "/api/login/", person);
      return pairOf(server, { access });
    },
  },
  onboarding: {
    ...simpleJwt,
    seconds: 900,
    async logIn(server) {
      await post(server, "/signup", person);
      const { token: access } = await post(server, "/login", person);
      return pairOf(server, { access });
    },
  },
  mobile: {
    ...simpleJwt,
    header: { typ: "JWT", alg: "HS256" },
    access: django("access", expect.stringMatching(/^[2-9A-HJ-NP-Za-km-z]{22}$/)),
    refresh: django("refresh", expect.any(String)),
    subject: [/"user_id":"[^"]*"/, '"user_id":"CLS9fByfifGwPy5YQWTQon"'],
    seconds: 300,
    async logIn(server) {
      const { user } = await post(server, "/api/registration/", member);
      const { setUserStatus, readSms } = server.target.hooks;
      await setUserStatus!({ uuid: user.uuid, status: "accepted" });
      await post(server, "/api/auth/mobile/", { mobile: "+821090991005" });
      const { code } = await readSms!({ to: "+821090991005", saveCodeAs: "code" });
      const { access, refresh } = await post(server, "/api/token/", { mobile: "+821090991005", token: code });
      return { access, refresh };
    },
  },
  rabbit: {
    clients: ["pyjwt"],
    header: { typ: "JWT", alg: "HS256" },
    access: { ...flask("access"), username: "정재균" },
    refresh: flask("refresh"),
    subject: [/"sub":1/, '"sub":2'],
    seconds: 86_400,
    async logIn(server) {
      await post(server, "/api/user/register", rabbit);
      const { email, password } = rabbit;
      const { access_token: access, refresh_token: refresh } = await post(server, "/api/user/login", {
        email,
        password,
      });
      return { access, refresh };
    },
  },
};

describe.skipIf(python === undefined)("Python's clients (needs LATCHKEY_TEST_PYTHON)", () => {
  it.each(Object.entries(scenes))(
    "of %s take its tokens with the shared secret, and neither a tampered nor a foreign one nor one of another kind",
    async (realm, scene) => {
      const server = await serveInProcess([realm]);
      try {
        const tokens = await scene.logIn(server);
        const [header, claims, signature] = tokens.access.split(".") as [string, string, string];
        const written = Buffer.from(claims, "base64url").toString();
        const changed = written.replace(...scene.subject);
        expect(changed).not.toBe(written);
        const secret = server.secretOf(realm);
        const verdicts = judge(secret, scene.clients, {
          ...tokens,
          tampered: [header, Buffer.from(changed).toString("base64url"), signature].join("."),
          foreign: signHs256(JSON.parse(changed), `${secret}!`),
        });
        const withSimpleJwt = scene.clients.includes("simplejwt");
        expect(verdicts["access"]).toEqual({
          header: scene.header,
          pyjwt: scene.access,
          ...(withSimpleJwt && { simplejwt: scene.access }),
        });
        expect(Object.keys(verdicts["access"]!.pyjwt as object)).toEqual(Object.keys(scene.access));
        const { exp, iat } = verdicts["access"]!.pyjwt as { readonly exp: number; readonly iat: number };
        expect(exp - iat).toBe(scene.seconds);
        for (const forged of ["tampered", "foreign"]) {
          expect(verdicts[forged]).toMatchObject({
            pyjwt: "InvalidSignatureError",
            ...(withSimpleJwt && { simplejwt: "Token is invalid or expired" }),
          });
        }
        expect(verdicts["refresh"]).toMatchObject({
          pyjwt: scene.refresh,
          ...(withSimpleJwt && { simplejwt: "Token has wrong type" }),
        });
      } finally {
        await server.close();
      }
    },
  );
});
