// The settings of one realm: its contract, where it is mounted, what signs, and how it differs from the contract's policy.
import { rolePattern } from "@latchkey/core";
import { z } from "zod";
import { contractNames } from "../contracts.ts";
import { absoluteUrl, choice, flag, pageOrigin, text, wholeNumber } from "./fields.ts";
import type { RealmSettings } from "./settings.ts";
import { throttlingSchema } from "./throttling-schema.ts";

const day = 86_400;

const passwordRule = z
  .strictObject(
    {
      minimum: wholeNumber(1, 1024, "Code points (NFC) that a new password has at least."),
      maximum: wholeNumber(64, 1024, "Code points (NFC) that a new password has at most."),
      refuseGuessable: flag(
        "Whether common passwords are refused, and those that are made of the account's or the service's names.",
      ),
      contextWords: z
        .array(text("a word of 4 to 64 characters", /^[^\s]{4,64}$/, "A name of the service."), {
          error: 'must be a list of words, for example ["acme"]',
        })
        .meta({ description: "Names of the service, beside the labels of the issuer's host." }),
    },
    { error: "must be an object of settings for new passwords" },
  )
  .partial()
  .meta({ description: "Differences from the contract's rule for new passwords." });

const policy = z
  .strictObject(
    {
      accessLifetimeSeconds: wholeNumber(1, 30 * day, "How long an access token lives."),
      refreshIdleSeconds: wholeNumber(1, 3650 * day, "How long a session may rest between two refreshes."),
      refreshAbsoluteSeconds: wholeNumber(1, 3650 * day, "How long a session lives at most."),
      leewaySeconds: wholeNumber(
        0,
        300,
        "For how long a retry of a refresh gets the same successor again; 0 = single use.",
      ),
      revokeFamilyOnReuse: flag("Whether the second use of a refresh token ends its session."),
      maxFamiliesPerAccount: wholeNumber(
        1,
        10_000,
        "Sessions that an account may have at once; null = any number.",
      ).nullable(),
      accessRevocation: choice(
        ["enforced", "strict", "none"],
        "How revoked access tokens are found: from memory, by asking the store each time, or not at all.",
      ),
      logoutEndsAccess: flag("Whether a log-out kills the session's access tokens too."),
      tokensForPending: flag("Whether sign-up issues tokens to an account that waits for approval."),
      refreshForPending: flag("Whether an account that waits for approval may refresh."),
      clockToleranceSeconds: wholeNumber(0, 300, "Tolerance for iat and nbf of the future."),
      signUp: choice(
        ["open", "approval", "confirmation", "closed"],
        "open: active at once. approval: pending until an administrator decides. confirmation: until the mailed link is opened. closed: nobody signs up.",
      ),
      confirmationLifetimeSeconds: wholeNumber(
        600,
        30 * day,
        "How long the link that confirms an address is good for.",
      ),
      passwordChangeNotice: choice(
        ["verified", "any", "none"],
        "Who hears of a changed password: accounts with a verified address, with any address, or nobody.",
      ),
      rolesAtSignUp: z
        .array(text("a role: a letter, then letters, digits, _ . : and -, at most 64", rolePattern, "A role."), {
          error: 'must be a list of roles, for example ["USER"]',
        })
        .meta({ description: "Roles of a new account." }),
      recordRefreshes: flag("Whether each refresh is an audit event of its own."),
      eventRetentionDays: wholeNumber(1, 36_500, "For how many days audit events are kept."),
      passwordRule: passwordRule.optional(),
      throttling: throttlingSchema.optional(),
    },
    { error: "must be an object of policy settings" },
  )
  .partial()
  .meta({ description: "Differences from the contract's policy." });

const resourceServer = z
  .strictObject(
    {
      id: text(
        "1 to 128 letters, digits, dots, _ or -",
        /^[A-Za-z0-9._-]{1,128}$/,
        "The name with which it authenticates (HTTP Basic).",
      ),
      secret: text(
        "at least 16 printable characters",
        /^[\x21-\x7e]{16,512}$/,
        "Its secret. Better: secretEnvironment.",
      ).optional(),
      secretEnvironment: text(
        "the name of an environment variable",
        /^[A-Z_][A-Z0-9_]*$/,
        "The environment variable that holds its secret.",
      ).optional(),
    },
    { error: 'must be an object {"id", "secret"}' },
  )
  .refine((server) => (server.secret === undefined) !== (server.secretEnvironment === undefined), {
    error: 'needs either "secret" or "secretEnvironment"',
  });

/** One realm of the settings file. */
export const realmSchema: z.ZodType<RealmSettings> = z.strictObject(
  {
    contract: choice(contractNames, "The wire contract that this realm's clients speak."),
    mount: text(
      'a path without a slash at its end, for example "/v1", or "/"',
      /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/,
      "Where the contract's paths begin.",
    ),
    issuer: absoluteUrl("The issuer of its tokens. Default: the public URL and the mount.").optional(),
    audience: text(
      "1 to 256 characters",
      /^[^\s]{1,256}$/,
      "The audience of its access tokens. Default: the issuer.",
    ).optional(),
    signing: choice(
      ["EdDSA", "ES256", "RS256", "HS256"],
      "What signs access tokens. Secrets for HS256 come from LATCHKEY_SECRET_<REALM>. Default: the contract's.",
    ).optional(),
    policy: policy.optional(),
    origins: z
      .array(pageOrigin("An origin, as browsers send it."), {
        error: 'must be a list of origins, for example ["https://app.example.com"]',
      })
      .refine((list) => list.length === 1 || !list.includes("*"), { error: 'has "*" beside others; it stands alone' })
      .meta({
        description:
          'Pages that may call this realm (CORS), with credentials; ["*"]: any page, without credentials. Default: those that the contract\'s document names, else none.',
      })
      .optional(),
    oldSecretUntil: text(
      'an instant, for example "2027-01-31T00:00:00Z"',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/,
      "When access tokens under LATCHKEY_OLD_SECRET_<REALM>, of the system that this realm replaces, end at the latest. Default: when the variable goes.",
    ).optional(),
    referenceData: text(
      "a path, relative to this file",
      /^.{1,1024}$/,
      "A JSON file with what members choose from, {interests, professions}, for the contract mobile. Default: the documented entries.",
    ).optional(),
    resourceServers: z
      .array(resourceServer, { error: "must be a list of resource servers" })
      .refine((list) => new Set(list.map((server) => server.id)).size === list.length, { error: "names an id twice" })
      .meta({ description: "Who may introspect tokens (RFC 7662)." })
      .optional(),
  },
  { error: 'must be an object, for example {"contract": "latchkey", "mount": "/v1"}' },
);
