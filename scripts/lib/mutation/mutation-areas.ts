// Which code is mutated, and which tests are to notice. It knows nothing of the tool.

/** A part of core that is mutated in one run. */
export interface MutationArea {
  readonly name: string;
  /** Relative to packages/core. */
  readonly sources: readonly string[];
  /** Tests that stand near: they kill most mutants, and fast. Relative to packages/core. */
  readonly tests: readonly string[];
  /** Tests that stand near and take long: what the others leave meets them. */
  readonly slowTests?: readonly string[];
}

const provider = "src/lib/identity-provider.test.ts";
const oldSecret = "src/lib/verification/old-secret.test.ts";
const events = "src/lib/events/event-catalogue.test.ts";

/** Tests that every survivor meets in the end: what providers promise. */
export const widerTests: readonly string[] = Object.freeze(["src/provider.conformance.test.ts"]);

/** The areas, each short enough for a run of some ten minutes on two quiet cores. The memory stores are the reference and left out: sabotaged ones prove the kit. */
export const mutationAreas: readonly MutationArea[] = Object.freeze<MutationArea[]>([
  {
    name: "rotation",
    sources: ["src/lib/rotation/*.ts"],
    tests: ["src/lib/rotation/*.test.ts", "src/lib/accounts/confirm-account.test.ts", oldSecret, provider, events],
  },
  {
    name: "revocation",
    sources: ["src/lib/revocation/*.ts", "!src/lib/revocation/memory-*.ts"],
    tests: ["src/lib/revocation/*.test.ts", oldSecret, provider, events],
  },
  {
    name: "verification",
    sources: ["src/lib/verification/*.ts"],
    tests: ["src/lib/verification/*.test.ts", provider],
  },
  {
    name: "throttling",
    sources: ["src/lib/throttling/*.ts", "!src/lib/throttling/memory-*.ts"],
    tests: ["src/lib/throttling/*.test.ts", "src/lib/one-time-codes/*.test.ts", events],
  },
  {
    name: "passwords",
    sources: ["src/lib/passwords/*.ts", "src/lib/passwords/imported/*.ts"],
    tests: [
      "src/lib/passwords/*.test.ts",
      "src/lib/passwords/imported/imported-bounds.test.ts",
      "src/lib/accounts/password-notice.test.ts",
      provider,
    ],
    // Computes real hashes of other systems.
    slowTests: ["src/lib/passwords/imported/imported-formats.test.ts"],
  },
]);
