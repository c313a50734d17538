// Example results of the use cases. Documents show what a contract's own replies make of them.
import type { Account, AuditEvent, IssuedTokens, Principal, Session } from "@latchkey/core";
import type { DomainOperations, OperationName } from "./domain-operations.ts";

const at = Date.UTC(2026, 0, 15, 9, 30, 0);

/** An account. */
export const exampleAccount: Account = Object.freeze({
  realm: "main",
  id: "2Ke8zkxFyj3gQZkXbWc9Td",
  number: 1,
  status: "active",
  roles: ["USER"],
  securityVersion: 0,
  identifiers: { username: "gildong", email: "gildong@example.com", mobile: "+821012345678" },
  attributes: { nickname: "홍길동", username: "정재균" },
  createdAt: at,
  updatedAt: at,
  lastLogInAt: at,
});

/** A pair of tokens. Not signed by anybody. */
export const exampleTokens: IssuedTokens = Object.freeze({
  accessToken:
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJzdWIiOiIyS2U4enpreEZ5ajNnUVprWGJXYzlUZCJ9.c2lnbmF0dXJl",
  accessExpiresInSeconds: 300,
  refreshToken:
    "eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCIsImtpZCI6IjIifQ.eyJzdWIiOiIyS2U4enpreEZ5ajNnUVprWGJXYzlUZCJ9.c2lnbmF0dXJl",
  refreshExpiresInSeconds: 1_209_600,
  familyId: "019bc0e8d3a0a1b2c3d4e5",
});

const session: Session = {
  id: "3kWd9QzRb7Yh2NfT",
  device: "Mozilla/5.0 (X11; Linux x86_64)",
  address: "203.0.113.7",
  createdAt: at,
  lastUsedAt: at + 60_000,
  expiresAt: at + 1_209_600_000,
  current: true,
};

const claims = {
  iss: "http://localhost:8000/v1",
  sub: exampleAccount.id,
  aud: "http://localhost:8000/v1",
  exp: at / 1000 + 300,
  iat: at / 1000,
  jti: "019bc0e8-d3a0-41b2-83d4-e50000000000",
  client_id: "latchkey",
  sid: session.id,
  roles: ["USER"],
};

const principal: Principal = {
  subject: { id: exampleAccount.id },
  familyId: exampleTokens.familyId,
  generation: 0,
  roles: ["USER"],
  expiresAt: claims.exp,
  claims,
};

const jwk = {
  kty: "OKP",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  kid: "019bc0e8d3a0",
  use: "sig",
  alg: "EdDSA",
};

const event: AuditEvent = {
  seq: 42,
  realm: "main",
  type: "account.logged_in",
  at,
  actor: "account",
  accountId: exampleAccount.id,
  familyId: exampleTokens.familyId,
  sessionId: session.id,
  address: "203.0.113.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64)",
  requestId: "eba2e396-cf28-48c6-a6bc-8160b8bf3438",
  detail: { authenticator: "password" },
};

const signedIn = { account: exampleAccount, tokens: exampleTokens };

/** An example result of every use case. */
export const exampleResults: { readonly [Name in OperationName]: DomainOperations[Name]["result"] } = Object.freeze({
  signUp: signedIn,
  logIn: signedIn,
  requestCode: { channel: "sms", expiresInSeconds: 600 },
  logInWithCode: signedIn,
  refresh: signedIn,
  logOut: null,
  logOutEverywhere: null,
  verifyToken: principal,
  readAccount: exampleAccount,
  checkAvailable: null,
  updateAccount: exampleAccount,
  changePassword: null,
  withdraw: null,
  deactivateAccount: null,
  signUploads: [{ url: "https://bucket.s3.amazonaws.com/", fields: { key: "media/images/example.jpeg" } }],
  removeUpload: null,
  listSessions: { items: [session], nextCursor: null },
  endSession: null,
  introspect: { active: true, kind: "access_token", claims, account: exampleAccount, clientId: "latchkey" },
  revokeToken: null,
  jwks: { keys: [jwk], maxAgeSeconds: 300 },
  listAccounts: { items: [exampleAccount], nextCursor: null },
  getAccount: exampleAccount,
  readAccountByNumber: exampleAccount,
  confirmAccount: exampleAccount,
  administerAccount: exampleAccount,
  revokeAccountTokens: null,
  listEvents: { items: [event], nextCursor: null },
});
