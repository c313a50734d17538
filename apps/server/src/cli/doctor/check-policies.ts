// Rules about what each realm allows. What a contract's own document demands is named where it matters and no offence of the operator.
import { revelationsOf } from "@latchkey/contracts";
import { defaultRealmPolicy } from "@latchkey/core";
import type { RealmPolicy } from "@latchkey/core";
import type { Realm } from "../../realms.ts";
import { isPlainAbroad } from "./check-settings.ts";
import { judgeAll } from "./finding.ts";
import type { Finding } from "./finding.ts";

const shortestPassword = 15;
const shortestAtAll = 8;
const longestLeewaySeconds = 60;
const longestAccessSeconds = 3600;
const leastDays = 90;

/** Checks every realm's policy and origins. */
export function checkPolicies(realms: readonly Realm[]): readonly Finding[] {
  return [...checkLimits(realms), ...checkPasswords(realms), ...checkTokens(realms), ...checkAccounts(realms)];
}

function checkLimits(realms: readonly Realm[]): readonly Finding[] {
  const rules = [
    ["guesses-limited", "guessesPerAccount"],
    ["addresses-limited", "failuresPerAddress"],
    ["messages-limited", "messagesPerRecipient"],
  ] as const;
  return rules.map(([id, limit]) =>
    judgeAll(
      id,
      offenders(realms, ({ throttling }) => throttling[limit] === null && "no limit"),
      "in every realm",
    ),
  );
}

function checkPasswords(realms: readonly Realm[]): readonly Finding[] {
  // The contract's own rule is what its clients were promised; only a weaker one is the operator's doing.
  const short = (least: number) =>
    offenders(
      realms,
      ({ passwordRule: { minimum } }, documented) =>
        minimum < Math.min(least, documented.passwordRule.minimum) && `${minimum} characters`,
    );
  return [
    judgeAll("password-length", short(shortestPassword), "15 in every realm, or what its contract documents", {
      severity: short(shortestAtAll).length > 0 ? "unsafe" : "odd",
    }),
    judgeAll(
      "passwords-listed",
      offenders(
        realms,
        ({ passwordRule }, documented) =>
          passwordRule.refuseGuessable !== true && documented.passwordRule.refuseGuessable === true && "accepted",
      ),
      "in every realm whose contract does not document otherwise",
    ),
  ];
}

function checkTokens(realms: readonly Realm[]): readonly Finding[] {
  const documentedToo = "in every realm, or as its contract documents";
  // What the contract documents is no offence of the operator, and neither is what is stricter.
  const outlives = (policy: RealmPolicy, documented: RealmPolicy) =>
    policy.accessRevocation === "none"
      ? documented.accessRevocation !== "none" && "they live until they expire"
      : !policy.logoutEndsAccess && documented.logoutEndsAccess && "they outlive the log-out";
  const goesOn = (policy: RealmPolicy, documented: RealmPolicy) =>
    !policy.revokeFamilyOnReuse && documented.revokeFamilyOnReuse && "it goes on";
  return [
    judgeAll("reuse-detected", offenders(realms, goesOn), documentedToo),
    judgeAll(
      "leeway-short",
      offenders(realms, ({ leewaySeconds: seconds }) => seconds > longestLeewaySeconds && `${seconds} s`),
      "in every realm",
    ),
    judgeAll(
      "access-lifetime-short",
      offenders(
        realms,
        ({ accessLifetimeSeconds: seconds }, documented) =>
          seconds > Math.max(longestAccessSeconds, documented.accessLifetimeSeconds) && `${seconds} s`,
      ),
      documentedToo,
    ),
    judgeAll("access-revoked", offenders(realms, outlives), documentedToo),
  ];
}

function checkAccounts(realms: readonly Realm[]): readonly Finding[] {
  const origins = realms.flatMap(({ name, contract: { origins: all = [] } }) =>
    all.filter((origin) => origin === "*" || isPlainAbroad(origin)).map((origin) => `realm ${name}: ${origin}`),
  );
  return [
    judgeAll("accounts-hidden", realms.flatMap(tellsStrangers), "only sign-up tells which names are taken"),
    judgeAll("origins-exact", origins, "in every realm"),
    judgeAll(
      "events-kept",
      offenders(realms, ({ eventRetentionDays: days }) => days < leastDays && `${days} days`),
      "in every realm",
    ),
  ];
}

// Sign-up tells wherever people choose their names; the rest is told because the contract's document says so.
function tellsStrangers({ name, contract, provider: { policy } }: Realm): readonly string[] {
  const told = revelationsOf(contract, policy).filter(({ isSignUp }) => !isSignUp);
  if (told.length === 0) return [];
  return [
    `realm ${name}: as its contract documents, ${told.map(({ at, tells }) => `${at} tells ${tells}`).join(", ")}`,
  ];
}

/** The realms at fault, each with what is found; `documented` is the policy of the realm's contract as its document has it. */
function offenders(
  realms: readonly Realm[],
  fault: (policy: RealmPolicy, documented: RealmPolicy) => string | false,
): readonly string[] {
  return realms.flatMap(({ name, contract, provider: { policy } }) => {
    const found = fault(policy, { ...defaultRealmPolicy, ...contract.policy });
    return found === false ? [] : [`realm ${name}: ${found}`];
  });
}
