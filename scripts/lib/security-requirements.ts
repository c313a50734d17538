// What docs/security-coverage.md must answer for: the classes of attack, and the numbered requirements of the standards, each in a few words.

/** A class of attack or a requirement of a standard. */
export interface SecurityRequirement {
  /** `class 4`, `RT-01`. */
  readonly id: string;
  readonly title: string;
  /** Why no test names it, where nothing here could. */
  readonly notApplicable?: string;
}

const classTitles = [
  "Races on what is used once",
  "Rotation state lost or revived",
  "Family too wide",
  "JWT confusion",
  "A token of one kind accepted as another",
  "Missing ownership check, mass assignment",
  "Tokens outliving their cause",
  "Takeover by identity tricks",
  "Rate-limit and lockout bypass",
  "Denial by hashing",
  "Malformed input as a 500 or a pass",
  "Wrong status",
  "Enumeration and timing",
  "One-time codes",
  "Injection",
  "Database specifics",
  "Upgrades that lock users out",
  "Faults of the HTTP framework (Hono)",
];

/** The classes of attack: each happened to a leading identity product. */
export const attackClasses: readonly SecurityRequirement[] = classTitles.map((title, index) => ({
  id: `class ${index + 1}`,
  title,
}));

/** Requirements of RFC 9700, 7519, 7009, 7662 and 9068, OWASP ASVS 5.0 and NIST SP 800-63B-4. */
export const standards: readonly SecurityRequirement[] = [
  { id: "RT-01", title: "50 parallel uses of a refresh token have one successor" },
  { id: "RT-02", title: "the same over two processes" },
  { id: "RT-03", title: "without leeway exactly one use succeeds" },
  { id: "RT-04", title: "a retry within the leeway succeeds" },
  { id: "RT-05", title: "a replay after the leeway ends the family, with an event" },
  { id: "RT-06", title: "a grandparent within the leeway is reuse" },
  { id: "RT-07", title: "the leeway is anchored at the first use" },
  { id: "RT-08", title: "the parent is dead once the successor was used" },
  { id: "RT-09", title: "revocation on reuse is committed although the request fails" },
  { id: "RT-10", title: "a failed refresh consumes nothing" },
  { id: "RT-11", title: "replay is detected within one second and over clock steps" },
  { id: "RT-12", title: "a restart revives nothing" },
  { id: "RT-13", title: "revocation racing a refresh leaves no live token" },
  { id: "RT-14", title: "two log-ins are two families" },
  { id: "RT-17", title: "the absolute lifetime holds" },
  { id: "RT-18", title: "disabled account, changed password, log-out: refresh refused" },
  { id: "RT-19", title: "a database dump yields no usable token" },
  { id: "RT-20", title: "a transient database error is 503 with a safe retry" },
  { id: "AT-01", title: "the token's type is checked" },
  { id: "AT-02", title: "the claims of RFC 9068" },
  { id: "AT-03", title: "the key pins the algorithm; header keys are ignored" },
  { id: "IN-01", title: "introspection requires authorization" },
  { id: "IN-02", title: "inactive, unknown and foreign tokens answer alike" },
  { id: "IN-03", title: "expiry, revocation, signature and account state are checked" },
  { id: "RV-02", title: "revoking an unknown token is 200" },
  { id: "RV-04", title: "a wrong hint does not mislead" },
  { id: "RV-07", title: "revocation is idempotent" },
  { id: "RV-08", title: "revocation survives a restart" },
  { id: "PW-01", title: "Argon2id, 19,456 KiB, two passes" },
  { id: "NI-04", title: "at most 100 consecutive failures per account and authenticator" },
  { id: "AS-05", title: "known and unknown accounts answer alike" },
  { id: "AS-07", title: "a credential change is told to the owner" },
  { id: "AS-08", title: "a code is accepted once" },
  { id: "AS-09", title: "a code lives ten minutes at most" },
  { id: "AS-10", title: "codes are stored keyed-hashed" },
  { id: "AS-11", title: "a code is bound to its request; a new one ends the older" },
  { id: "AS-12", title: "sessions end by idleness, age, log-out, disabling and by an administrator" },
  { id: "OP-01", title: "two versions side by side on one schema" },
  { id: "OP-03", title: "key rotation under load" },
  { id: "OP-04", title: "a killed process loses and doubles nothing" },
  { id: "OP-05", title: "the database away and back" },
  { id: "OP-09", title: "purging never in a request" },
  { id: "OP-10", title: "metrics and detailed health are not public" },
];
