// Latchkey's own contract: RFC 6749 names, one error shape, two languages.
import { defineContract } from "../define-contract.ts";
import { plainProfile } from "../profiles/plain/plain-profile.ts";
import type { WireContract } from "../wire-contract.ts";
import { latchkeyClaims } from "./claims.ts";
import { latchkeyErrors, latchkeyProblems } from "./errors.ts";
import { latchkeyOperations } from "./operations.ts";
import { refuse } from "./refuse.ts";
import { latchkeySchemas } from "./schemas.ts";

/** Latchkey's own contract. */
export const latchkey: WireContract = defineContract({
  id: "latchkey",
  title: "Latchkey",
  locales: ["en", "ko"],
  profile: plainProfile(latchkeyProblems),
  claims: latchkeyClaims,
  policy: {
    accessLifetimeSeconds: 300,
    refreshIdleSeconds: 1_209_600,
    refreshAbsoluteSeconds: 7_776_000,
    leewaySeconds: 10,
    revokeFamilyOnReuse: true,
    maxFamiliesPerAccount: null,
  },
  operations: latchkeyOperations,
  errors: latchkeyErrors,
  internal: refuse(500, "INTERNAL"),
  document: {
    description: "Sign up, log in, refresh, log out. Errors have a code for programs and a message for people.",
    version: "1.0.0",
    schemas: latchkeySchemas,
    errorSchema: "Error",
  },
});
