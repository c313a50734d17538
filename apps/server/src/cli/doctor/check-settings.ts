// Rules about what the configuration shows to the world, and where messages go.
import type { Configuration } from "../../config/configuration.ts";
import { contracts } from "../../contracts.ts";
import { isLocal } from "../../http/addresses.ts";
import { judge, judgeAll } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Checks what the configuration says, but for secrets and policies. */
export function checkSettings(configuration: Configuration): readonly Finding[] {
  const { publicUrl, realms, trustedProxies, log } = configuration;
  const local = isLocal(publicUrl);
  const everyone = trustedProxies.filter((entry) => entry.endsWith("/0"));
  const plainIssuers = realms.map(({ issuer }) => issuer).filter((url) => isPlainAbroad(url));
  const shown = (on: boolean) => (on ? "on" : "off");
  return [
    judge("public-url-encrypted", local || publicUrl.startsWith("https:"), publicUrl),
    judge("public-url-public", !local, publicUrl),
    judgeAll("issuers-encrypted", plainIssuers, "none is http"),
    checkWanted(realms),
    ...checkCarriers(configuration, local),
    checkEncryption(configuration),
    judge("proxies-few", everyone.length === 0, trustedProxies.join(" ") || "none"),
    checkMetrics(configuration),
    judge("root-page-private", !configuration.rootPage || local, shown(configuration.rootPage)),
    judge("swagger-private", !configuration.swagger || local, shown(configuration.swagger)),
    judge("log-level", log.level !== "debug" && log.level !== "silent", log.level),
  ];
}

/** Whether a URL names another machine and is not encrypted. */
export function isPlainAbroad(url: string): boolean {
  return url.startsWith("http:") && !isLocal(url);
}

// A production file names what is in use; whoever replaces a system brings its secret along.
function checkWanted(realms: Configuration["realms"]): Finding {
  const unnamed = realms.filter((realm) => contracts[realm.contract].replaces && realm.secrets.length === 0);
  const names = unnamed.map((realm) => realm.name).join(", ");
  const found = unnamed.length === 0 ? `${realms.length} mounted` : `${names}: with a secret made here`;
  return judge("realms-wanted", unnamed.length === 0, found);
}

// Whoever reads the outbox of development can log in as anybody.
function checkCarriers({ realms, messaging }: Configuration, local: boolean): readonly Finding[] {
  const { twilio, smtp, outboxFile } = messaging;
  const sms = realms.filter((realm) => contracts[realm.contract].sendsSms);
  const mail = realms.filter((realm) => realm.policy.signUp === "confirmation");
  const ways = [
    { id: "sms-carrier", sending: sms, carrier: twilio && "Twilio" },
    { id: "mail-carrier", sending: mail, carrier: smtp && "SMTP" },
  ] as const;
  return ways.map(({ id, sending, carrier }) => {
    const names = sending.map((realm) => realm.name).join(", ");
    const way =
      carrier === undefined ? `that of realm ${names} is written to ${outboxFile}` : `it goes out by ${carrier}`;
    return judge(id, sending.length === 0 || carrier !== undefined, sending.length === 0 ? "no realm sends any" : way, {
      severity: local ? "odd" : "unsafe",
    });
  });
}

function checkEncryption({ messaging: { twilio, smtp }, uploads: { s3 } }: Configuration): Finding {
  const ways = [
    twilio && isPlainAbroad(twilio.baseUrl) && "TWILIO_BASE_URL is http",
    s3 && isPlainAbroad(s3.url) && "LATCHKEY_S3_URL is http",
    // Without requireTLS, whoever stands between strips STARTTLS and reads the password.
    smtp && isPlainMail(smtp.url) && "SMTP_URL is smtp without requireTLS",
  ];
  return judgeAll(
    "carriers-encrypted",
    ways.filter((way) => typeof way === "string"),
    "none goes out in clear",
  );
}

function isPlainMail(url: string): boolean {
  const { protocol, searchParams } = new URL(url);
  return protocol === "smtp:" && !isLocal(url) && searchParams.get("requireTLS") !== "true";
}

function checkMetrics({ metrics }: Configuration): Finding {
  if (metrics === null) return judge("metrics-private", true, "off");
  const host = metrics.host.includes(":") ? `[${metrics.host}]` : metrics.host;
  return judge(
    "metrics-private",
    isLocal(`http://${host}`),
    `http://${host}:${metrics.port}/metrics, without a log-in`,
  );
}
