// The operations of the latchkey contract: the table that is the API. Its refusals are the table in `errors.ts`.
import { exampleResults } from "../example-results.ts";
import { operation } from "../operation.ts";
import { oauthErrors, oauthProfile } from "../profiles/oauth/oauth-profile.ts";
import type { AnyWireOperation } from "../wire-contract.ts";
import { account, administration, nothing } from "./administration.ts";
import { refusedAtRefresh } from "./errors.ts";
import * as field from "./fields.ts";
import { paging } from "./filters.ts";
import * as reply from "./replies.ts";

const tokens = { tag: "Tokens" } as const;
const me = { tag: "Me", authentication: "access_token" } as const;
const oauth = { tag: "OAuth", profile: oauthProfile, errors: oauthErrors, fields: field.tokenParameters } as const;
const sessionId = field.id("sessionId", exampleResults.listSessions.items[0]!.id);

/** Every operation. */
export const latchkeyOperations: readonly AnyWireOperation[] = [
  operation("signUp", "POST /signup", "Sign up and log in", {
    ...tokens,
    fields: {
      username: field.username("identifiers.username"),
      password: field.password("password", "15 characters or more."),
      ...field.profile("absent"),
    },
    reply: { status: 201, body: reply.signedInBody, schema: "SignedUp" },
  }),
  operation("logIn", "POST /login", "Log in", {
    ...tokens,
    fields: { username: field.username("identifier"), password: field.password("password") },
    reply: { status: 200, body: reply.signedInBody, schema: "SignedIn" },
  }),
  operation("refresh", "POST /token/refresh", "Exchange a refresh token for a new pair", {
    ...tokens,
    description: "A retry within 10 seconds gets the same successor again; later use of an old token ends the session.",
    fields: { refresh_token: field.refreshToken },
    reply: { status: 200, body: (result) => reply.tokensBody(result.tokens), schema: "Tokens" },
    errors: refusedAtRefresh,
  }),
  operation("logOut", "POST /logout", "Log out", {
    ...tokens,
    description: "By refresh token, or else by the bearer's access token. Both kinds are dead at once. Repeatable.",
    fields: field.logOut,
    bodyOptional: true,
    reply: nothing,
  }),
  operation("logOutEverywhere", "POST /logout/all", "Log out everywhere", { ...me, reply: nothing }),
  operation("readAccount", "GET /me", "Read your account", { ...me, reply: account }),
  operation("updateAccount", "PATCH /me", "Change your account", {
    ...me,
    description: "An absent field stays as it is; null clears it.",
    fields: field.profile("clears"),
    reply: account,
  }),
  operation("withdraw", "DELETE /me", "Withdraw", {
    ...me,
    description: "Every token is dead, the user name is free again, the number is not.",
    fields: { password: field.password("password") },
    reply: nothing,
  }),
  operation("changePassword", "POST /me/password", "Change your password", {
    ...me,
    description: "Ends your other sessions.",
    fields: {
      current_password: field.password("currentPassword"),
      new_password: field.password("newPassword", "15 characters or more."),
    },
    reply: nothing,
  }),
  operation("listSessions", "GET /me/sessions", "List your sessions", {
    ...me,
    fields: paging,
    reply: { status: 200, body: (page) => reply.pageBody(page, reply.sessionBody), schema: "SessionPage" },
  }),
  operation("endSession", "DELETE /me/sessions/{id}", "End a session", {
    ...me,
    fields: { id: sessionId },
    reply: nothing,
  }),
  operation("introspect", "POST /token/introspect", "Introspect a token (RFC 7662)", {
    ...oauth,
    authentication: "client",
    reply: { status: 200, body: reply.introspectionBody, schema: "Introspection" },
  }),
  operation("revokeToken", "POST /token/revoke", "Revoke a token (RFC 7009)", {
    ...oauth,
    reply: { status: 200, body: null },
  }),
  operation("jwks", "GET /.well-known/jwks.json", "Read the public keys", {
    tag: "OAuth",
    reply: {
      status: 200,
      body: ({ keys }) => ({ keys }),
      headers: ({ maxAgeSeconds }) => ({ "cache-control": `public, max-age=${maxAgeSeconds}` }),
      schema: "JwkSet",
    },
  }),
  ...administration,
];
