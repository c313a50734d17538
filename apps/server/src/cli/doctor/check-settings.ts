// Rules about the configuration alone.
import type { Configuration } from "../../config/configuration.ts";
import { contracts } from "../../contracts.ts";
import { isLocal } from "../../http/addresses.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";

// The secret of the file in the repository, which everybody can read.
const exampleSecret = "for-local-use-only-change-me";

/** Checks what the configuration says. */
export function checkSettings(configuration: Configuration): readonly Finding[] {
  const { publicUrl, realms, trustedProxies, log, warnings } = configuration;
  const local = isLocal(publicUrl);
  const known = realms.filter((realm) => realm.resourceServers.some((server) => server.secret === exampleSecret));
  const everyone = trustedProxies.filter((entry) => entry.endsWith("/0"));
  const plainIssuers = realms.filter((realm) => realm.issuer.startsWith("http:") && !isLocal(realm.issuer));
  return [
    finding(
      "public URL is encrypted",
      local || publicUrl.startsWith("https:"),
      publicUrl,
      "https://…: tokens and passwords travel in it",
    ),
    finding(
      "public URL is public",
      !local,
      publicUrl,
      "the address that clients use, in PUBLIC_URL; issuers are made of it",
      "odd",
    ),
    finding(
      "issuers are encrypted",
      plainIssuers.length === 0,
      plainIssuers.map((realm) => realm.issuer).join(" ") || "none is http",
      "https://…",
    ),
    finding(
      "resource servers have secrets of their own",
      known.length === 0,
      known.length === 0
        ? "none has the example's"
        : `realm ${known.map((realm) => realm.name).join(", ")} has the example's`,
      "another secret, for example secretEnvironment and openssl rand -base64 32",
    ),
    checkWanted(realms),
    ...messageFindings(configuration, local),
    finding(
      "few proxies are trusted",
      everyone.length === 0,
      trustedProxies.join(" ") || "none",
      "the addresses of your own proxies: anybody else could claim any address",
    ),
    finding(
      "the root page is not for the public",
      !configuration.rootPage || local,
      configuration.rootPage ? "on" : "off",
      '"rootPage": false where the public can reach it',
      "odd",
    ),
    finding("the log is quiet enough", log.level !== "debug", log.level, "info", "odd"),
    ...warnings.map((warning) => finding("secrets are used", false, warning, "remove it, or mount the realm", "odd")),
  ];
}

// A production file names what is in use; whoever replaces a system brings its secret along.
function checkWanted(realms: Configuration["realms"]): Finding {
  const unnamed = realms.filter((realm) => contracts[realm.contract].replaces && realm.secrets.length === 0);
  const names = unnamed.map((realm) => realm.name).join(", ");
  return finding(
    "every realm is wanted",
    unnamed.length === 0,
    unnamed.length === 0 ? `${realms.length} mounted` : `${names}: with a secret made here`,
    "only the realms in use in the file, each that replaces a system with its secret in LATCHKEY_SECRET_<REALM>",
    "odd",
  );
}

// Whoever reads the outbox of development can log in as anybody.
function messageFindings({ realms, messaging }: Configuration, local: boolean): readonly Finding[] {
  const { twilio, smtp, outboxFile } = messaging;
  const ways = [
    {
      what: "SMS",
      sending: realms.filter((realm) => contracts[realm.contract].sendsSms),
      carrier: twilio && "Twilio",
      wanted: "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM",
    },
    {
      what: "mail",
      sending: realms.filter((realm) => realm.policy.signUp === "confirmation"),
      carrier: smtp && "SMTP",
      wanted: "SMTP_URL and SMTP_FROM",
    },
  ];
  return ways.map(({ what, sending, carrier, wanted }) =>
    finding(
      `${what} reaches people`,
      sending.length === 0 || carrier !== undefined,
      sending.length === 0
        ? "no realm sends any"
        : carrier === undefined
          ? `that of realm ${sending.map((realm) => realm.name).join(", ")} is written to ${outboxFile}`
          : `it goes out by ${carrier}`,
      wanted,
      local ? "odd" : "bad",
    ),
  );
}
