// Other people's identity providers, each as its documents set it up for production and with what favours it. What each leaves out is told in its conditions.
import { join } from "node:path";
import { startScript, type Child } from "../child/child.ts";
import { createEmptyPostgresDatabase } from "../databases/postgres.ts";
import { folderApart, installApart, versionApart } from "../install-apart.ts";
import { running } from "./bare.ts";
import { simpleJwt } from "./simplejwt.ts";
import {
  eachConnection,
  rivalLogInConnections,
  usualConnections,
  type RunningSubject,
  type Subject,
  type Synchronous,
  type Work,
} from "./subject.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const children = new WeakMap<RunningSubject, Child>();

/** The rivals that can be had here, and why the others cannot. `thorough` adds each without durability. */
export function rivals(
  thorough: boolean,
  installSeconds: number,
): { readonly subjects: readonly Subject[]; readonly missing: readonly string[] } {
  const durabilities: readonly Synchronous[] = thorough ? ["FULL", "NORMAL"] : ["FULL"];
  const fault = installApart("rivals", installSeconds);
  const fromNpm = fault === undefined ? [betterAuth, oidcProvider] : [];
  const server = process.env["LATCHKEY_TEST_POSTGRES"] ?? "";
  const onPostgres = thorough && fault === undefined && server !== "" ? [betterAuthOnPostgres(server)] : [];
  const django = simpleJwt();
  const makers = "missing" in django ? fromNpm : [...fromNpm, django.make];
  const missing = [...(fault === undefined ? [] : [fault]), ...("missing" in django ? [django.missing] : [])];
  return { subjects: [...makers.flatMap((make) => durabilities.map(make)), ...onPostgres], missing };
}

interface BetterAuthTokens {
  readonly clientId: string;
  readonly email: string;
  readonly password: string;
  readonly cookie: string;
  readonly refreshToken: string;
}

/** The same on a database of its own on a PostgreSQL server. */
function betterAuthOnPostgres(server: string): Subject {
  const { works } = betterAuth("FULL");
  return {
    id: "better-auth-postgres",
    title: `better-auth ${versionApart("rivals", "better-auth")} on PostgreSQL`,
    rival: true,
    works: works
      .filter(({ id }) => id !== "login")
      .map((one) => ({
        ...one,
        conditions: one.conditions.replace("synchronous=FULL", "synchronous_commit=on"),
        sharesCores: true,
      })),
    async start() {
      const { url, drop } = await createEmptyPostgresDatabase(server);
      try {
        return await startRival("better-auth", [url], drop);
      } catch (error) {
        await drop();
        throw error;
      }
    },
  };
}

function betterAuth(synchronous: Synchronous): Subject {
  const headers = { "content-type": "application/json", origin: "http://localhost" };
  const me = work<BetterAuthTokens>(
    "me",
    "session cookie; session and account read each time in one joined statement; no cookie cache, which reads neither",
    ({ cookie }) => ({ method: "GET", path: "/api/auth/get-session", headers: { cookie } }),
  );
  const refresh = work<BetterAuthTokens>(
    "refresh",
    `synchronous=${synchronous}; OAuth provider, opaque access token, no ID token`,
    ({ clientId, refreshToken }) => ({
      method: "POST",
      path: "/api/auth/oauth2/token",
      headers: form,
      body: `grant_type=refresh_token&client_id=${clientId}&refresh_token={}`,
      rotates: "refresh_token",
      tokens: [refreshToken],
    }),
  );
  const logIn = work<BetterAuthTokens>(
    "login",
    "scrypt N=16384 r=16 p=1, its default",
    ({ email, password }) => ({
      method: "POST",
      path: "/api/auth/sign-in/email",
      headers,
      body: JSON.stringify({ email, password }),
    }),
    rivalLogInConnections,
  );
  return fromScript("better-auth", synchronous, [me, refresh, logIn]);
}

interface OidcTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly basic: string;
}

function oidcProvider(synchronous: Synchronous): Subject {
  const me = work<OidcTokens>("me", "userinfo with an opaque token; token, grant and account read", (tokens) => ({
    method: "GET",
    path: "/me",
    headers: { authorization: `Bearer ${tokens.accessToken}` },
  }));
  const refresh = work<OidcTokens>(
    "refresh",
    `synchronous=${synchronous}; opaque access token, no ID token`,
    ({ refreshToken }) => ({
      method: "POST",
      path: "/token",
      headers: form,
      body: "grant_type=refresh_token&client_id=bench&refresh_token={}",
      rotates: "refresh_token",
      tokens: [refreshToken],
    }),
  );
  const introspect = work<OidcTokens>("introspect", "an active opaque token", ({ accessToken, basic }) => ({
    method: "POST",
    path: "/token/introspection",
    headers: { ...form, authorization: `Basic ${basic}` },
    body: `token=${accessToken}`,
  }));
  return fromScript("oidc-provider", synchronous, [me, refresh, introspect]);
}

/** A work whose connections ask the rival's own process for what they need. */
function work<Tokens>(
  id: string,
  conditions: string,
  job: (tokens: Tokens) => Awaited<ReturnType<Work["prepare"]>>[number],
  connections: number = usualConnections,
): Work {
  return {
    id,
    connections,
    conditions,
    prepare: (subject) => eachConnection(connections, async () => job(await children.get(subject)!.ask<Tokens>({}))),
  };
}

function fromScript(name: "better-auth" | "oidc-provider", synchronous: Synchronous, works: readonly Work[]): Subject {
  return {
    id: `${name}-${synchronous.toLowerCase()}`,
    title: `${name} ${versionApart("rivals", name)}, ${synchronous}`,
    rival: true,
    // Only writes differ by durability.
    works: synchronous === "FULL" ? works : works.filter(({ id }) => id === "refresh"),
    start: (folder) => startRival(name, [join(folder, "rival.db"), synchronous]),
  };
}

async function startRival(
  name: "better-auth" | "oidc-provider",
  args: readonly string[],
  after: () => Promise<void> = async () => undefined,
): Promise<RunningSubject> {
  const script = join(folderApart("rivals"), `${name}.mjs`);
  const child = await startScript("server", script, args, { env: { ...process.env, NODE_ENV: "production" } });
  const subject = running(child);
  const ending = { ...subject, end: () => subject.end().finally(after) };
  children.set(ending, child);
  return ending;
}
