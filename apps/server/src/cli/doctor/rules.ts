// What `doctor` holds an installation to, as data: docs/doctor.md is made of it. It knows no configuration.
import type { DoctorRule, RuleId } from "./rule.ts";

/** Every rule by its id: the machine, what the world sees, secrets, what realms allow, the database. */
export const doctorRules: Readonly<Record<RuleId, DoctorRule>> = {
  "node-supported": {
    rule: "Node is supported",
    severity: "unsafe",
    wanted: "22.18 or later, 24, or 26 and later",
  },
  "clock-right": {
    rule: "the clock is right",
    standard: "ASVS 16.2.2",
    severity: "unsafe",
    wanted: "the time of day in UTC; synchronise it (chrony, systemd-timesyncd)",
  },
  "configuration-correct": {
    rule: "the configuration is correct",
    severity: "unsafe",
    wanted: "a correct file: see the message",
  },
  "public-url-encrypted": {
    rule: "public URL is encrypted",
    standard: "ASVS 12.2.1",
    severity: "unsafe",
    wanted: "https://…: tokens and passwords travel in it",
  },
  "public-url-public": {
    rule: "public URL is public",
    severity: "odd",
    wanted: "the address that clients use, in PUBLIC_URL; issuers are made of it",
  },
  "issuers-encrypted": {
    rule: "issuers are encrypted",
    standard: "RFC 8414 §2",
    severity: "unsafe",
    wanted: "https://…",
  },
  "proxies-few": {
    rule: "few proxies are trusted",
    standard: "ASVS 15.3.4",
    severity: "unsafe",
    wanted: "the addresses of your own proxies: anybody else could claim any address",
  },
  "origins-exact": {
    rule: "origins that may call are named, and encrypted",
    standard: "ASVS 3.4.2",
    severity: "odd",
    wanted: "exact https origins, or none",
  },
  "metrics-private": {
    rule: "metrics are not for the public",
    standard: "ASVS 13.4.5",
    severity: "odd",
    wanted: "METRICS_HOST=127.0.0.1; in a container any address, where the port is not published",
  },
  "root-page-private": {
    rule: "the root page is not for the public",
    standard: "ASVS 13.4.5",
    severity: "odd",
    wanted: '"rootPage": false where the public can reach it',
  },
  "swagger-private": {
    rule: "Swagger is not for the public",
    standard: "ASVS 13.4.5",
    severity: "odd",
    wanted: '"swagger": false where the public can reach it, unless it is meant to be read',
  },
  "log-level": {
    rule: "the log is quiet enough, and not mute",
    standard: "ASVS 13.4.2, 16.3.4",
    severity: "odd",
    wanted: "info, warn or error",
  },
  "realms-wanted": {
    rule: "every realm is wanted",
    standard: "ASVS 15.2.3",
    severity: "odd",
    wanted:
      "only the realms in use in the file, each that replaces a system with its secret in LATCHKEY_SECRET_<REALM>",
  },
  "sms-carrier": {
    rule: "SMS reaches people",
    standard: "ASVS 15.2.3",
    severity: "unsafe",
    wanted: "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM: who reads the outbox can log in as anybody",
  },
  "mail-carrier": {
    rule: "mail reaches people",
    standard: "ASVS 15.2.3",
    severity: "unsafe",
    wanted: "SMTP_URL and SMTP_FROM: who reads the outbox can confirm any address",
  },
  "carriers-encrypted": {
    rule: "what goes to carriers and buckets is encrypted",
    standard: "ASVS 12.3.1",
    severity: "unsafe",
    wanted: "https://… in TWILIO_BASE_URL and LATCHKEY_S3_URL; smtps://…, or smtp://…?requireTLS=true, in SMTP_URL",
  },
  "resource-server-secrets": {
    rule: "resource servers have secrets of their own",
    standard: "ASVS 13.2.3",
    severity: "unsafe",
    wanted: "a random secret for each, for example secretEnvironment and openssl rand -base64 32",
  },
  "signing-secrets": {
    rule: "HS256 secrets are random",
    standard: "RFC 8725 §3.5",
    severity: "unsafe",
    wanted: "another first secret in LATCHKEY_SECRET_<REALM> (openssl rand -base64 32); who guesses one forges tokens",
  },
  "old-secrets-strong": {
    rule: "secrets of replaced systems are random and of 32 bytes",
    standard: "RFC 8725 §3.5, RFC 7518 §3.2",
    severity: "unsafe",
    wanted: "no LATCHKEY_OLD_SECRET_<REALM> that somebody could guess: its access tokens are believed",
  },
  "old-secrets-end": {
    rule: "secrets of replaced systems have an end",
    standard: "ASVS 13.3.4",
    severity: "odd",
    wanted: "oldSecretUntil, and LATCHKEY_OLD_SECRET_<REALM> removed after it",
  },
  "secrets-used": {
    rule: "every secret is used",
    standard: "ASVS 13.3.2",
    severity: "odd",
    wanted: "remove it, or mount the realm",
  },
  "peppers-random": {
    rule: "password hashes need a secret that is not in the database",
    standard: "NIST SP 800-63B-4 §3.1.1.2",
    severity: "unsafe",
    wanted: "a random LATCHKEY_PASSWORD_PEPPER (openssl rand -base64 32), kept as long as hashes name it",
  },
  "master-key-random": {
    rule: "the master key is random",
    standard: "ASVS 13.2.3",
    severity: "unsafe",
    wanted: "openssl rand -base64 32, put first; then latchkey keys rewrap",
  },
  "master-key-former": {
    rule: "no former master key is left",
    standard: "ASVS 13.3.4",
    severity: "odd",
    wanted: "latchkey keys rewrap, then LATCHKEY_MASTER_KEY with the new one alone",
  },
  "guesses-limited": {
    rule: "wrong guesses at an account are limited",
    standard: "NIST SP 800-63B-4 §3.2.2, ASVS 6.3.1",
    severity: "unsafe",
    wanted: "no null in policy.throttling.guessesPerAccount",
  },
  "addresses-limited": {
    rule: "wrong guesses of an address are limited",
    standard: "ASVS 6.3.1",
    severity: "unsafe",
    wanted:
      "no null in policy.throttling.failuresPerAddress: one password tried on every account is not seen otherwise",
  },
  "messages-limited": {
    rule: "messages to a recipient are limited",
    standard: "ASVS 6.6.3",
    severity: "odd",
    wanted: "no null in policy.throttling.messagesPerRecipient",
  },
  "password-length": {
    rule: "passwords are long enough",
    standard: "NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.1",
    severity: "unsafe",
    wanted: "policy.passwordRule.minimum of 15, as long as there is no second factor; under 8 is unsafe",
  },
  "passwords-listed": {
    rule: "common passwords are refused",
    standard: "NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.4",
    severity: "unsafe",
    wanted: "policy.passwordRule.refuseGuessable true",
  },
  "reuse-detected": {
    rule: "reuse of a refresh token ends its session",
    standard: "RFC 9700 §4.14.2",
    severity: "unsafe",
    wanted: "policy.revokeFamilyOnReuse true",
  },
  "leeway-short": {
    rule: "the leeway is short",
    standard: "RFC 9700 §4.14.2",
    severity: "odd",
    wanted: "policy.leewaySeconds of at most 60: so long a stolen token gets its owner's successor",
  },
  "access-lifetime-short": {
    rule: "access tokens live an hour at most",
    standard: "RFC 6750 §5.3",
    severity: "odd",
    wanted: "policy.accessLifetimeSeconds of at most 3600",
  },
  "access-revoked": {
    rule: "access tokens end with their session",
    standard: "ASVS 7.4.1",
    severity: "unsafe",
    wanted: "policy.accessRevocation other than none, and logoutEndsAccess true",
  },
  "accounts-hidden": {
    rule: "strangers are not told which accounts exist",
    standard: "ASVS 6.3.8",
    severity: "odd",
    wanted:
      "a contract that says the same of unknown accounts; that of these realms documents otherwise. Sign-up is not counted",
  },
  "events-kept": {
    rule: "audit events are kept for 90 days at least",
    standard: "ASVS 16.1.1",
    severity: "odd",
    wanted: "policy.eventRetentionDays of 90 or more: a break-in is often found months later",
  },
  "database-reachable": {
    rule: "the database is reachable",
    severity: "unsafe",
    wanted: "a database that answers",
  },
  "database-encrypted": {
    rule: "the way to the database is encrypted",
    standard: "ASVS 12.3.1, 12.3.2",
    severity: "odd",
    wanted: "sslmode=verify-full (PostgreSQL) or ssl-mode=VERIFY_IDENTITY (MySQL, MariaDB) in DATABASE_URL",
  },
  "database-password": {
    rule: "the database has a password that nobody guesses",
    standard: "ASVS 13.2.3",
    severity: "unsafe",
    wanted: "a random one (openssl rand -base64 32, percent-encoded in DATABASE_URL)",
  },
  "database-disk-local": {
    rule: "the database file is on a disk of this machine",
    severity: "unsafe",
    wanted: "a local disk: locks of SQLite do not hold on network shares; or PostgreSQL or MySQL",
  },
  "database-private": {
    rule: "only its owner reads the database",
    standard: "ASVS 13.3.2",
    severity: "unsafe",
    wanted: "0600: chmod 600 FILE",
  },
  "master-key-private": {
    rule: "only its owner reads the master key",
    standard: "ASVS 13.3.2",
    severity: "unsafe",
    wanted: "0600: chmod 600 FILE",
  },
  "schema-current": {
    rule: "the schema is up to date",
    severity: "unsafe",
    wanted: "latchkey migrate, with this release",
  },
  "master-key-opens": {
    rule: "the master key opens the keys",
    severity: "unsafe",
    wanted: "the master key that the database was used with before",
  },
  "messages-go-out": {
    rule: "messages go out",
    severity: "odd",
    wanted: "a carrier that takes them, and a server that runs: see the events message.undeliverable",
  },
};
