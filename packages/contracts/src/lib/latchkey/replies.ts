// Bodies of the latchkey contract's successes: pure functions of domain results.
import type { Account, AuditEvent, Introspection, IssuedTokens, JsonObject, Page, Session } from "@latchkey/core";
import type { ReplyContext } from "../wire-contract.ts";

/** RFC 3339 in UTC with seconds. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

type Added = Pick<ReplyContext, "added">;

/** An account; what it does not have is null. What the embedding application adds comes last. */
export const accountBody = (account: Account, { added }: Partial<Added> = {}): JsonObject => ({
  id: account.id,
  number: account.number,
  username: account.identifiers["username"] ?? null,
  nickname: account.attributes["nickname"] ?? null,
  email: account.identifiers["email"] ?? null,
  mobile: account.identifiers["mobile"] ?? null,
  roles: account.roles,
  status: account.status,
  created_at: timestamp(account.createdAt),
  ...added,
});

/** Tokens in the names of RFC 6749 §5.1. */
export const tokensBody = (tokens: IssuedTokens): JsonObject => ({
  access_token: tokens.accessToken,
  token_type: "Bearer",
  expires_in: tokens.accessExpiresInSeconds,
  refresh_token: tokens.refreshToken,
  refresh_expires_in: tokens.refreshExpiresInSeconds,
});

/** An account with its tokens; without them where the realm approves first. */
export const signedInBody = (
  result: { readonly account: Account; readonly tokens: IssuedTokens | null },
  context: Partial<Added> = {},
): JsonObject => ({
  account: accountBody(result.account, context),
  ...(result.tokens && tokensBody(result.tokens)),
});

/** A log-in, as its owner sees it. */
export const sessionBody = (session: Session): JsonObject => ({
  id: session.id,
  device: session.device,
  address: session.address,
  created_at: timestamp(session.createdAt),
  last_used_at: timestamp(session.lastUsedAt),
  current: session.current,
});

/** An audit record; what it does not have is null. */
export const eventBody = (event: AuditEvent): JsonObject => ({
  seq: event.seq,
  type: event.type,
  at: new Date(event.at).toISOString(),
  realm: event.realm,
  actor: event.actor,
  actor_account_id: event.actorAccountId ?? null,
  account_id: event.accountId ?? null,
  session_id: event.sessionId ?? null,
  address: event.address ?? null,
  user_agent: event.userAgent ?? null,
  request_id: event.requestId ?? null,
  detail: event.detail ?? {},
});

/** A page of anything. */
export const pageBody = <Item>(page: Page<Item>, itemBody: (item: Item) => JsonObject): JsonObject => ({
  items: page.items.map((item) => itemBody(item)),
  next_cursor: page.nextCursor,
});

/** RFC 7662 §2.2. A refresh token says so in `token_type`, so that nobody takes it for an access token. */
export const introspectionBody = (result: Introspection): JsonObject =>
  result.active
    ? {
        active: true,
        ...result.claims,
        client_id: result.clientId,
        username: result.account.identifiers["username"] ?? null,
        token_type: result.kind === "access_token" ? "Bearer" : "refresh_token",
      }
    : { active: false };
