// The conformance kit: what a storage must do, as test cases for any runner. A storage that passes them all may be used; there is no way to leave one out.
import { accountsSuite } from "./lib/accounts/accounts-conformance.ts";
import { faultCases } from "./lib/conformance/provider-faults.ts";
import { providerCases, type MakeProvider } from "./lib/conformance/provider-kit.ts";
import { providerRaceCases } from "./lib/conformance/provider-races.ts";
import {
  runSuite,
  type Cases,
  type ConformanceOptions,
  type ConformanceRunner,
  type MakeStorage,
} from "./lib/conformance/kit.ts";
import { racesSuite } from "./lib/conformance/races-conformance.ts";
import { unitsSuite } from "./lib/conformance/units-conformance.ts";
import { eventsSuite } from "./lib/events/events-conformance.ts";
import { keysSuite } from "./lib/keys/keys-conformance.ts";
import { messagesSuite } from "./lib/messages/messages-conformance.ts";
import { codesSuite } from "./lib/one-time-codes/codes-conformance.ts";
import { endingCases } from "./lib/revocation/endings-conformance.ts";
import { refreshCases } from "./lib/rotation/refresh-conformance.ts";
import { revocationSuite } from "./lib/revocation/revocation-conformance.ts";
import { guessingCases } from "./lib/throttling/guessing-conformance.ts";
import { throttlesSuite } from "./lib/throttling/throttles-conformance.ts";
import { familiesSuite } from "./lib/token-family/families-conformance.ts";
import { rotationSuite } from "./lib/token-family/rotation-conformance.ts";

export type { MakeProvider, ProviderSetup } from "./lib/conformance/provider-kit.ts";
export { withFaults, type FaultPlan } from "./lib/conformance/faults.ts";
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
  codesSuite,
  messagesSuite,
  throttlesSuite,
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

const providerSuites = Object.freeze([
  { title: "refresh tokens", register: refreshCases },
  { title: "endings", register: endingCases },
  { title: "a store that fails", register: faultCases },
  { title: "use cases that meet", register: providerRaceCases },
  { title: "guessing", register: guessingCases },
]);

/**
 * Registers the cases that prove an identity provider on a storage: the RT-xx list of the standards, and the races between use cases.
 * `makeProvider` completes the setup with a platform, signing and claims; the `latchkey` policy is the default that the cases expect.
 */
export function describeProviderConformance(
  runner: ConformanceRunner,
  makeStorage: MakeStorage,
  makeProvider: MakeProvider,
  options: ConformanceOptions = {},
): void {
  for (const { title, register } of providerSuites) {
    const groups = [(cases: Cases) => register(providerCases(cases, makeProvider))];
    runSuite(runner, makeStorage, options, { title, groups });
  }
}
