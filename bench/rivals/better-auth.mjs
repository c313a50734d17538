// better-auth with its OAuth provider on better-sqlite3 or pg, as its documents set it up for production; what is left out favours it. Arguments: the database's file,
// SQLite's synchronous; or the URL of a PostgreSQL database. Answers a question with what one connection needs: a session's cookie, and a family of refresh tokens.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { serve } from "@hono/node-server";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import SqliteDatabase from "better-sqlite3";
import pg from "pg";
import { serveParent } from "../src/child/serve-parent.ts";

const [file = ":memory:", synchronous = "full"] = process.argv.slice(2);
const password = "correct horse battery staple";
const origin = "http://localhost";
const callback = `${origin}/callback`;
const database = file.startsWith("postgres:") ? new pg.Pool({ connectionString: file, max: 16 }) : openSqlite();

function openSqlite() {
  const sqlite = new SqliteDatabase(file);
  sqlite.pragma("journal_mode = wal");
  sqlite.pragma(`synchronous = ${synchronous}`);
  return sqlite;
}

const options = {
  baseURL: origin,
  secret: randomBytes(32).toString("base64"),
  database,
  emailAndPassword: { enabled: true },
  // It would refuse the load.
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  // One statement instead of two for a session and its user.
  experimental: { joins: true },
  // `get-session` would sign a token each time, which nobody asked for.
  disabledPaths: ["/token"],
  plugins: [
    jwt({ disableSettingJwtHeader: true }),
    oauthProvider({
      loginPage: "/login",
      consentPage: "/consent",
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);
async function ask(path, init) {
  const response = await auth.handler(new Request(`${origin}/api/auth${path}`, init));
  if (response.status >= 400) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
  return response;
}

const post = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json", origin },
  body: JSON.stringify(body),
});

async function signUp() {
  const email = `${randomUUID()}@example.com`;
  const signedUp = await ask("/sign-up/email", post({ name: "Gildong", email, password }));
  const cookies = signedUp.headers.getSetCookie().map((one) => one.split(";")[0]);
  return { email, cookie: cookies.join("; ") };
}

const { cookie: administrator } = await signUp();
const client = await auth.api.adminCreateOAuthClient({
  headers: { cookie: administrator },
  body: {
    redirect_uris: [callback],
    token_endpoint_auth_method: "none",
    application_type: "native",
    skip_consent: true,
    scope: "offline_access profile",
    grant_types: ["authorization_code", "refresh_token"],
  },
});

async function prepareConnection() {
  const { email, cookie } = await signUp();
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: callback,
    scope: "offline_access profile",
    state: randomUUID(),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const authorized = await ask(`/oauth2/authorize?${query}`, { headers: { cookie } });
  const location = authorized.headers.get("location") ?? (await authorized.json()).url;
  const code = new URL(location).searchParams.get("code");
  const exchanged = await ask("/oauth2/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: client.client_id,
      redirect_uri: callback,
      code_verifier: verifier,
      code,
    }),
  });
  const { refresh_token: refreshToken } = await exchanged.json();
  return { clientId: client.client_id, email, password, cookie, refreshToken };
}

serve({ fetch: auth.handler, port: 0, hostname: "127.0.0.1" }, ({ port }) => serveParent(prepareConnection, port));
