// oidc-provider with an adapter for better-sqlite3 (it brings none but memory), everything else by its documents; what is left out favours it.
// Arguments: the database's file, SQLite's synchronous. Answers a question with what one connection needs: tokens of a grant.
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import SqliteDatabase from "better-sqlite3";
import { Provider } from "oidc-provider";
import { serveParent } from "../src/child/serve-parent.ts";

const [file = ":memory:", synchronous = "full"] = process.argv.slice(2);
const database = new SqliteDatabase(file);
database.pragma("journal_mode = wal");
database.pragma(`synchronous = ${synchronous}`);
database.exec(`
  create table entities (
    id text primary key, grant_id text, uid text, user_code text, consumed integer, expires_at integer, payload text not null
  ) strict, without rowid;
  create index entities_by_grant on entities (grant_id) where grant_id is not null;
  create index entities_by_uid on entities (uid) where uid is not null;
  create index entities_by_user_code on entities (user_code) where user_code is not null;
  create table accounts (id text primary key, username text not null, email text not null) strict, without rowid;
`);
const statements = {
  upsert: database.prepare("insert or replace into entities values (?, ?, ?, ?, ?, ?, ?)"),
  byId: database.prepare("select * from entities where id = ?"),
  byUid: database.prepare("select * from entities where uid = ?"),
  byUserCode: database.prepare("select * from entities where user_code = ?"),
  consume: database.prepare("update entities set consumed = ? where id = ?"),
  destroy: database.prepare("delete from entities where id = ?"),
  revoke: database.prepare("delete from entities where grant_id = ?"),
  addAccount: database.prepare("insert into accounts values (?, ?, ?)"),
  account: database.prepare("select * from accounts where id = ?"),
};
const now = () => Math.floor(Date.now() / 1000);

/** The adapter that the documents describe: a table of entities, read by id. */
class SqliteAdapter {
  constructor(name) {
    this.name = name;
  }

  async upsert(id, payload, expiresIn) {
    const { grantId = null, uid = null, userCode = null, consumed = null } = payload;
    const expiresAt = expiresIn === undefined ? null : now() + expiresIn;
    statements.upsert.run(`${this.name}:${id}`, grantId, uid, userCode, consumed, expiresAt, JSON.stringify(payload));
  }

  async find(id) {
    return read(statements.byId.get(`${this.name}:${id}`));
  }

  async findByUid(uid) {
    return read(statements.byUid.get(uid));
  }

  async findByUserCode(userCode) {
    return read(statements.byUserCode.get(userCode));
  }

  async consume(id) {
    statements.consume.run(now(), `${this.name}:${id}`);
  }

  async destroy(id) {
    statements.destroy.run(`${this.name}:${id}`);
  }

  async revokeByGrantId(grantId) {
    statements.revoke.run(grantId);
  }
}

function read(row) {
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now())) return undefined;
  return { ...JSON.parse(row.payload), ...(row.consumed !== null && { consumed: row.consumed }) };
}

const clientId = "bench";
const secret = "a-secret-of-the-bench";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider("http://localhost", {
  adapter: SqliteAdapter,
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: "none",
      application_type: "native",
      redirect_uris: ["http://localhost/callback"],
      grant_types: ["authorization_code", "refresh_token"],
    },
    { client_id: "api", client_secret: secret, redirect_uris: [], response_types: [], grant_types: [] },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("base64")] },
  claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"] },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: 300, Grant: 1_209_600, RefreshToken: 1_209_600 },
  findAccount(_ctx, id) {
    const row = statements.account.get(id);
    if (row === undefined) return undefined;
    return { accountId: id, claims: () => ({ sub: id, preferred_username: row.username, email: row.email }) };
  },
});

async function prepareConnection() {
  const accountId = randomUUID();
  statements.addAccount.run(accountId, "gildong", "gildong@example.com");
  const client = await provider.Client.find(clientId);
  const issue = async (scope) => {
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scope);
    const common = { accountId, client, grantId: await grant.save(), scope, gty: "authorization_code" };
    const access = await new provider.AccessToken(common).save();
    return { access, refresh: await new provider.RefreshToken(common).save() };
  };
  // Without `openid` a refresh signs no ID token: less work for it.
  const [identity, session] = [await issue("openid profile email"), await issue("offline_access")];
  return {
    accessToken: identity.access,
    refreshToken: session.refresh,
    basic: Buffer.from(`api:${secret}`).toString("base64"),
  };
}

const server = provider.listen(0, "127.0.0.1", () => serveParent(prepareConnection, server.address().port));
