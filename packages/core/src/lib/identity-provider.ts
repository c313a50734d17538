// The facade of one realm: a method per use case. With `compose-realm.ts` the only place where features are wired together.
import {
  administerAccount,
  findAccount,
  getAccount,
  getAccountByNumber,
  listAccounts,
} from "./accounts/administer-accounts.ts";
import { readBearer } from "./accounts/bearer.ts";
import { changePassword, setPassword } from "./accounts/change-password.ts";
import { confirmAccount } from "./accounts/confirm-account.ts";
import { checkAvailable } from "./accounts/check-available.ts";
import { checkIdentifier } from "./accounts/identifier-rules.ts";
import { importAccounts } from "./accounts/import-accounts.ts";
import { logIn, requireAccount } from "./accounts/log-in.ts";
import { createAccount, signUp } from "./accounts/sign-up.ts";
import { updateAccount } from "./accounts/update-account.ts";
import { withdraw } from "./accounts/withdraw.ts";
import { composeRealm } from "./compose-realm.ts";
import { checkOptions } from "./check-options.ts";
import { readyFirst } from "./errors/ready-first.ts";
import { translateFaults, translating } from "./errors/translate-fault.ts";
import { listEvents } from "./events/list-events.ts";
import { recordConfiguration } from "./events/record-configuration.ts";
import { recordRefusal } from "./events/record-refusal.ts";
import { requireResourceServer } from "./introspection/authenticate-client.ts";
import { introspectToken } from "./introspection/introspect-token.ts";
import { rewrapKeys } from "./keys/rewrap-keys.ts";
import { checkPassword } from "./passwords/password-rule.ts";
import { logInWithCode } from "./one-time-codes/log-in-with-code.ts";
import { requestCode } from "./one-time-codes/request-code.ts";
import type { IdentityProvider, Principal, ProviderStatus } from "./provider.ts";
import type { IdentityProviderOptions } from "./provider-options.ts";
import { purge } from "./purging/purge.ts";
import type { Realm } from "./realm.ts";
import { endAllFamilies, logOut, logOutByAccessToken, revokeRealmTokens } from "./revocation/log-out.ts";
import { newsOfKeys } from "./revocation/news-of-keys.ts";
import { revokeToken } from "./revocation/revoke-token.ts";
import { rotateRefreshToken } from "./rotation/rotate-refresh-token.ts";
import { createUnsettledRotations } from "./rotation/unsettled-rotations.ts";
import { endSession, listAccountSessions, listSessions, revokeFamily } from "./sessions/sessions.ts";
import { readThrottle, resetThrottle } from "./throttling/administer-throttles.ts";
import { createAccessTokenVerifier } from "./verification/verify-access-token.ts";
import type { AccessTokenVerifier } from "./verification/verify-access-token.ts";

// A key is published two refreshes of the ring (of 60 s) before it signs.
const jwksMaxAgeSeconds = 60;

/**
 * Creates the identity provider of one realm on a storage. Nothing is read or written before `start` or the first use.
 * @throws TypeError that names the option for options that make no sense
 */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const settings = checkOptions(options);
  const realm = composeRealm(settings);
  const unsettled = createUnsettledRotations(realm.realm, realm.storage);
  let started: Promise<void> | undefined;
  let running = false;
  /** `undefined` when keys and revocations are at hand: the way of nearly every request. */
  const ready = (): Promise<void> | undefined => (running ? realm.ring.ready() : start());
  const start = (): Promise<void> => {
    started ??= realm.ring.load().then(
      () => {
        realm.watch.start();
        realm.outbox.start();
        running = true;
      },
      (error: unknown) => {
        started = undefined;
        throw error;
      },
    );
    return started;
  };
  const verify = createAccessTokenVerifier({ ...realm, read: realm.readAccessToken, ready });
  const { realm: name, policy } = realm;
  const { issuer, audience, claims } = settings;
  return {
    realm: name,
    issuer,
    audience,
    policy,
    claims,
    ...readyFirst(ready, useCases(realm, verify, unsettled)),
    start: () => translateFaults(start()),
    close: async () => {
      realm.watch.close();
      await Promise.all([realm.outbox.close(), realm.counted.close()]);
    },
    status: () => statusOf(realm, running),
    checkIdentifier(kind, entered) {
      const rule = Object.hasOwn(policy.identifiers, kind) ? policy.identifiers[kind] : undefined;
      return rule === undefined ? { problem: { problem: "unknown_field" } } : checkIdentifier(kind, entered, rule);
    },
    recordRefusal: (refusal, context = {}) => recordRefusal(realm, refusal, context),
    recordConfiguration: (setup) => translateFaults(recordConfiguration(realm, { issuer, audience, setup })),
    checkPassword: (password) => checkPassword(password, policy.passwordRule),
    verifyAccessToken: (token) => translating(() => verify(token)),
    readAccount: (principal) =>
      translating(() => {
        const waiting = ready();
        return waiting === undefined ? readBearer(realm, principal) : waiting.then(() => readBearer(realm, principal));
      }),
  };
}

const statusOf = ({ watch, ring, hasher, throttle }: Realm, running: boolean): ProviderStatus => ({
  ready: running && watch.isCurrent(),
  revocations: watch.status(),
  keys: ring.list(),
  passwordQueue: hasher.load(),
  throttled: throttle.refusals(),
});

type UseCases = Omit<
  IdentityProvider,
  | "realm"
  | "issuer"
  | "audience"
  | "policy"
  | "claims"
  | "start"
  | "close"
  | "status"
  | "checkIdentifier"
  | "checkPassword"
  | "recordRefusal"
  | "recordConfiguration"
  | "verifyAccessToken"
  | "readAccount"
>;

function useCases(
  realm: Realm,
  verify: AccessTokenVerifier,
  unsettled: ReturnType<typeof createUnsettledRotations>,
): UseCases {
  return {
    signUp: async (input, context = {}) => {
      await newsOfKeys(realm);
      return signUp(realm, input, context);
    },
    createAccount: (input, actor, context = {}) => createAccount(realm, input, actor, context),
    confirmAccount: (input, context = {}) => confirmAccount(realm, input, context),
    logIn: async (input, context = {}) => {
      await newsOfKeys(realm);
      return logIn(realm, input, context);
    },
    requireAccount: (input) => requireAccount(realm, input),
    requestCode: (input, context = {}) => requestCode(realm, input, context),
    logInWithCode: async (input, context = {}) => {
      await newsOfKeys(realm);
      return logInWithCode(realm, input, context);
    },
    refresh: async (token, context = {}) => {
      const news = newsOfKeys(realm);
      if (news !== undefined) await news;
      return rotateRefreshToken(realm, unsettled, token, context);
    },
    logOut: (token, context = {}) => logOut(realm, token, context),
    logOutByAccessToken: (token, context = {}) => logOutByAccessToken(realm, token, context),
    logOutEverywhere: async (principal, context = {}) => {
      const { id } = await readBearer(realm, principal);
      return endAllFamilies(realm, id, "logged_out_everywhere", { kind: "account" }, context);
    },
    checkAvailable: (identifiers) => checkAvailable(realm, identifiers),
    deactivate: async (principal, context = {}) => {
      const { id } = await readBearer(realm, principal);
      await administerAccount(realm, id, { status: "disabled" }, { kind: "account" }, context);
    },
    hasRole: async (principal: Principal, role) =>
      (principal.roles ?? (await readBearer(realm, principal)).roles).includes(role),
    updateAccount: (principal, input, context = {}) => updateAccount(realm, principal, input, context),
    changePassword: (principal, input, context = {}) => changePassword(realm, principal, input, context),
    withdraw: (principal, input, context = {}) => withdraw(realm, principal, input, context),
    listSessions: (principal, page = {}) => listSessions(realm, principal, page),
    endSession: (principal, id, context = {}) => endSession(realm, principal, id, context),
    authenticateClient: async (client, context = {}) => requireResourceServer(realm, client, context),
    introspect: async (input, context = {}) => introspectToken(realm, verify, input, context),
    revokeToken: (token, context = {}) => revokeToken(realm, token, context),
    jwks: async () => {
      await newsOfKeys(realm);
      return { keys: realm.ring.publicJwks(), maxAgeSeconds: jwksMaxAgeSeconds };
    },
    ...administration(realm),
  };
}

/** What administrators and operators do. */
function administration(realm: Realm) {
  return {
    listAccounts: (query) => listAccounts(realm, query),
    findAccount: (reference) => findAccount(realm, reference),
    getAccount: (id) => getAccount(realm, id),
    getAccountByNumber: (number) => getAccountByNumber(realm, number),
    administerAccount: (id, change, actor, context = {}) => administerAccount(realm, id, change, actor, context),
    importAccounts: (accounts, actor, options = {}, context = {}) =>
      importAccounts(realm, accounts, options, { actor, context }),
    setPassword: (id, password, actor, context = {}) => setPassword(realm, id, password, actor, context),
    revokeAccountTokens: (id, actor, context = {}) => endAllFamilies(realm, id, "administrator", actor, context),
    revokeFamily: (id, actor, context = {}) => revokeFamily(realm, id, actor, context),
    listAccountSessions: (id, page = {}) => listAccountSessions(realm, id, page),
    revokeRealmTokens: (actor, context = {}) => revokeRealmTokens(realm, actor, context),
    listEvents: (query) => listEvents(realm, query),
    readThrottle: (subject) => readThrottle(realm, subject),
    resetThrottle: (subject, actor, context = {}) => resetThrottle(realm, subject, actor, context),
    listKeys: async () => realm.ring.list(),
    rotateKey: (input, actor) => realm.ring.rotate(input, actor),
    rewrapKeys: (actor) => rewrapKeys(realm, actor),
    retireKey: (kid, actor) => realm.ring.retire(kid, actor),
    deliverMessages: () => realm.outbox.deliver(),
    listUndeliverableMessages: () => realm.storage.read.messages.undeliverable({ realm: realm.realm, limit: 100 }),
    purge: (purging = {}) => purge(realm, purging),
  } satisfies Partial<UseCases>;
}
