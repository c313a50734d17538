// What a check says of one rule, as in a report of conformance: rule, found, wanted.
import type { BrokenSeverity, RuleId } from "./rule.ts";
import { doctorRules } from "./rules.ts";

/** The result of one check. */
export interface Finding {
  readonly id: RuleId;
  readonly rule: string;
  /** Where the rule comes from; `null` where it is about working at all. */
  readonly standard: string | null;
  /** `unsafe` would be unsafe in production or does not work; `odd` deserves a look. */
  readonly severity: "ok" | BrokenSeverity;
  readonly found: string;
  readonly wanted: string;
}

/** A finding of a rule that holds or is broken; `less` where breaking it is less than the rule says, or wanted is something more exact. */
export function judge(
  id: RuleId,
  holds: boolean,
  found: string,
  less: { readonly severity?: BrokenSeverity; readonly wanted?: string } = {},
): Finding {
  const { rule, standard = null, severity, wanted } = doctorRules[id];
  return {
    id,
    rule,
    standard,
    severity: holds ? "ok" : (less.severity ?? severity),
    found,
    wanted: less.wanted ?? wanted,
  };
}

/** A finding about all realms: it holds where no realm is an offender. */
export function judgeAll(
  id: RuleId,
  offenders: readonly string[],
  otherwise: string,
  less?: Parameters<typeof judge>[3],
): Finding {
  return judge(id, offenders.length === 0, offenders.join("; ") || otherwise, less);
}
