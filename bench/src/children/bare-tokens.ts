// The floor of `me` and refresh: Hono, jose, one row, and nothing else. No durability (synchronous=NORMAL), no revocation, no reuse detection, no events, no limits.
// Arguments: HS256 or EdDSA, the database's file.
import { randomBytes, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import SqliteDatabase from "better-sqlite3";
import { Hono } from "hono";
import { generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from "jose";
import { sayReady } from "../child/serve-parent.ts";

const [algorithm = "EdDSA", file = ":memory:"] = process.argv.slice(2);
const database = new SqliteDatabase(file);
database.pragma("journal_mode = wal");
database.pragma("synchronous = normal");
database.exec("create table families (id text primary key, account text not null, generation integer not null) strict");
database.exec(
  "create table accounts (id text primary key, username text not null, created_at integer not null) strict",
);
const addAccount = database.prepare("insert into accounts values (?, ?, ?)");
const readAccount = database.prepare("select * from accounts where id = ?");
const insert = database.prepare("insert into families values (?, ?, 0)");
const advance = database.prepare("update families set generation = generation + 1 where id = ? and generation = ?");

const issuer = "http://localhost/v1";
const keys = await makeKeys();

interface Keys {
  readonly sign: CryptoKey | Uint8Array;
  readonly verify: CryptoKey | Uint8Array;
}

async function makeKeys(): Promise<Keys> {
  if (algorithm === "HS256") {
    const secret = randomBytes(32);
    return { sign: secret, verify: secret };
  }
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  return { sign: privateKey, verify: publicKey };
}

function sign(claims: Record<string, unknown>, account: string, lifetime: string): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: "JWT" })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setSubject(account)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(keys.sign);
}

async function issue(account: string, family: string, generation: number): Promise<Record<string, unknown>> {
  const accessToken = await sign({ client_id: "bench", sid: family, roles: ["USER"] }, account, "300s");
  const refreshToken = await sign({ sid: family, gen: generation }, account, "14d");
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: 300,
    refresh_token: refreshToken,
    refresh_expires_in: 1_209_600,
  };
}

const app = new Hono();

app.post("/login", async (c) => {
  const family = randomUUID();
  const account = randomUUID();
  addAccount.run(account, "gildong", Date.now());
  insert.run(family, account);
  return c.json(await issue(account, family, 0));
});

app.get("/me", async (c) => {
  const token = c.req.header("authorization")!.slice("Bearer ".length);
  const { payload } = await jwtVerify(token, keys.verify, { issuer, audience: issuer, algorithms: [algorithm] });
  return c.json(readAccount.get(payload.sub));
});

app.post("/token/refresh", async (c) => {
  const { refresh_token: token } = await c.req.json<{ refresh_token: string }>();
  const { payload } = await jwtVerify(token, keys.verify, { issuer, audience: issuer, algorithms: [algorithm] });
  const generation = payload["gen"] as number;
  const family = payload["sid"] as string;
  if (advance.run(family, generation).changes !== 1) return c.json({ error: "reused" }, 401);
  return c.json(await issue(payload.sub!, family, generation + 1));
});

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => sayReady(port));
