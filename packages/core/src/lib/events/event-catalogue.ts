// The closed catalogue of audit events: when each is written, by whom, and what its detail may hold. `docs/events.md` is generated from it (ASVS 16.1.1).
// A new event is a line of the type and an entry of the table; stores, contracts and the document follow.

/** The type of an event of this release. */
export type EventType =
  | "account.signed_up"
  | "account.imported"
  | "account.logged_in"
  | "account.log_in_failed"
  | "account.code_requested"
  | "account.updated"
  | "account.status_changed"
  | "account.roles_changed"
  | "account.password_changed"
  | "account.withdrawn"
  | "family.logged_out"
  | "family.ended"
  | "family.refreshed"
  | "family.reuse_detected"
  | "family.all_revoked"
  | "token.revoked"
  | "message.undeliverable"
  | "key.created"
  | "key.retired"
  | "key.rewrapped"
  | "realm.tokens_revoked"
  | "realm.configured"
  | "authorization.refused"
  | "throttle.refused"
  | "throttle.reset";

/** Who can cause an event. */
export type EventActor = "account" | "administrator" | "operator" | "system" | "anonymous";

/** One entry of {@link eventCatalogue}. */
export interface EventDescription {
  /** What happened, as the end of "written when …". */
  readonly when: string;
  /** Who can have caused it. */
  readonly actors: readonly EventActor[];
  /** Members of `detail` and what they mean; an event may lack some of them and has no others. */
  readonly detail: Readonly<Record<string, string>>;
  /** Requirements of OWASP ASVS 5.0 that it meets. */
  readonly asvs: readonly string[];
}

const authentication = ["16.3.1"] as const;
const control = ["16.3.3"] as const;
const fromTo = { from: "the status before", to: "the status now" } as const;

/** Every event by its type. */
export const eventCatalogue: Readonly<Record<EventType, EventDescription>> = Object.freeze({
  "account.signed_up": {
    when: "an account was created, by its owner or for it",
    actors: ["account", "administrator", "operator"],
    detail: {},
    asvs: control,
  },
  "account.imported": {
    when: "an account came from another system",
    actors: ["administrator", "operator"],
    detail: {},
    asvs: control,
  },
  "account.logged_in": {
    when: "a log-in opened a session",
    actors: ["account"],
    detail: { authenticator: "`password` or `one_time_code`" },
    asvs: authentication,
  },
  "account.log_in_failed": {
    when: "a log-in was refused, also because of the account's status; without an account where nobody has the identifier",
    actors: ["anonymous"],
    detail: {
      authenticator: "`password` or `one_time_code`",
      identifier_kind:
        "the kind of identifier that was entered; never the identifier, since people enter passwords there",
      reason: "the error code",
    },
    asvs: authentication,
  },
  "account.code_requested": {
    when: "a one-time code was made and its message recorded",
    actors: ["anonymous"],
    detail: { purpose: "`log_in`", channel: "`sms` or `email`", message_id: "the message in the outbox" },
    asvs: authentication,
  },
  "account.updated": {
    when: "an account's attributes or identifiers changed",
    actors: ["account", "administrator", "operator"],
    detail: { fields: "names of what changed; never the values" },
    asvs: control,
  },
  "account.status_changed": {
    when: "an account was approved, declined, disabled, confirmed or made active again",
    actors: ["account", "administrator", "operator"],
    detail: fromTo,
    asvs: control,
  },
  "account.roles_changed": {
    when: "an account's roles changed",
    actors: ["administrator", "operator"],
    detail: { from: "the roles before", to: "the roles now" },
    asvs: control,
  },
  "account.password_changed": {
    when: "a password was changed by its owner, or set for an account",
    actors: ["account", "administrator", "operator"],
    detail: {},
    asvs: control,
  },
  "account.withdrawn": {
    when: "an account was withdrawn",
    actors: ["account"],
    detail: {},
    asvs: control,
  },
  "family.logged_out": {
    when: "a session ended by a log-out",
    actors: ["account"],
    detail: {},
    asvs: authentication,
  },
  "family.ended": {
    when: "one session was ended from a list of sessions",
    actors: ["account", "administrator", "operator"],
    detail: {},
    asvs: control,
  },
  "family.refreshed": {
    when: "a refresh token was exchanged; only where the realm's policy `recordRefreshes` says so, since the session's row tells the last one",
    actors: ["account"],
    detail: { generation: "of the new tokens" },
    asvs: authentication,
  },
  "family.reuse_detected": {
    when: "a refresh token was used again outside the leeway, and its session ended",
    actors: ["anonymous"],
    detail: { presented_generation: "of the token that was presented", generation: "of the newest token" },
    asvs: control,
  },
  "family.all_revoked": {
    when: "every session of an account was ended",
    actors: ["account", "administrator", "operator"],
    detail: { families: "how many there were" },
    asvs: control,
  },
  "token.revoked": {
    when: "a token was handed back (RFC 7009)",
    actors: ["account"],
    detail: { generation: "of the access token, and every older one of its session is dead too" },
    asvs: control,
  },
  "message.undeliverable": {
    when: "a message was given up",
    actors: ["system"],
    detail: { message_id: "the message in the outbox", channel: "`sms` or `email`", reason: "why" },
    asvs: ["16.3.4"],
  },
  "key.created": {
    when: "a signing key was made",
    actors: ["system", "administrator", "operator"],
    detail: {
      kid: "the key's id",
      use: "`access` or `refresh`",
      algorithm: "its algorithm",
      activates_at: "from when on it signs, in milliseconds since the epoch",
    },
    asvs: control,
  },
  "key.retired": {
    when: "a signing key was taken out of use",
    actors: ["system", "administrator", "operator"],
    detail: { kid: "the key's id", use: "`access` or `refresh`", algorithm: "its algorithm" },
    asvs: control,
  },
  "key.rewrapped": {
    when: "an operator had the realm's keys encrypted under another master key",
    actors: ["operator"],
    detail: { keys: "how many" },
    asvs: control,
  },
  "realm.tokens_revoked": {
    when: "every session of the realm was ended",
    actors: ["administrator", "operator", "system"],
    detail: {},
    asvs: control,
  },
  "realm.configured": {
    when: "a server started with another configuration of the realm than the one recorded last",
    actors: ["system"],
    detail: {
      digest: "names the configuration: the same one has the same digest",
      issuer: "of its tokens",
      audience: "of its access tokens",
      policy: "what differs from the default policy",
      setup:
        "what the server says of it beside that: contract, mount, signing, ids of resource servers; never a secret",
    },
    asvs: control,
  },
  "authorization.refused": {
    when: "an operation was refused to somebody who may not do it, or a token was forged or of the wrong kind. The first of a minute, cause and caller is recorded at once, those that follow as one event with their count",
    actors: ["account", "anonymous"],
    detail: {
      operation: "the operation of the contract, or `GET /path` of an application's own route",
      reason: "the error code",
      client_id: "the resource server that was named, where there is such",
      count: "how many refusals it stands for, where it is not one",
    },
    asvs: ["16.3.2", "16.3.3"],
  },
  "throttle.refused": {
    when: "a limit refused a request. The first of a minute for each thing that is limited is recorded at once, those that follow as one event with their count",
    actors: ["anonymous"],
    detail: { limit: "its name in the policy", count: "how many refusals it stands for, where it is not one" },
    asvs: control,
  },
  "throttle.reset": {
    when: "limits were begun anew",
    actors: ["administrator", "operator"],
    detail: { address: "the address, where it is one's; a recipient is not named" },
    asvs: control,
  },
});
