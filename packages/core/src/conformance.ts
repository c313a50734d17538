// The conformance kit: what a storage must do, as test cases for any runner. A storage that passes them all may be used; there is no way to leave one out.
import { accountsSuite } from "./lib/accounts/accounts-conformance.ts";
import { runSuite, type ConformanceOptions, type ConformanceRunner, type MakeStorage } from "./lib/conformance/kit.ts";
import { racesSuite } from "./lib/conformance/races-conformance.ts";
import { unitsSuite } from "./lib/conformance/units-conformance.ts";
import { eventsSuite } from "./lib/events/events-conformance.ts";
import { keysSuite } from "./lib/keys/keys-conformance.ts";
import { revocationSuite } from "./lib/revocation/revocation-conformance.ts";
import { familiesSuite } from "./lib/token-family/families-conformance.ts";
import { rotationSuite } from "./lib/token-family/rotation-conformance.ts";

export { ConformanceFailure } from "./lib/conformance/assert.ts";
export type { ConformanceOptions, ConformanceRunner, MakeStorage, StorageFixture } from "./lib/conformance/kit.ts";

const storageSuites = Object.freeze([
  unitsSuite,
  accountsSuite,
  familiesSuite,
  rotationSuite,
  revocationSuite,
  keysSuite,
  eventsSuite,
  racesSuite,
]);

/**
 * Registers the cases that prove a storage, under the runner's own `describe` and `it`.
 * Each case opens a storage with `makeStorage` and works in a realm of its own, so the data of earlier cases may still be there; cases must run one after another.
 */
export function describeStorageConformance(
  runner: ConformanceRunner,
  makeStorage: MakeStorage,
  options: ConformanceOptions = {},
): void {
  for (const suite of storageSuites) runSuite(runner, makeStorage, options, suite);
}
