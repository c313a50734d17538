// Accounts of a mobile application: registration with approval, log-in by SMS.
export { createMobileContract, mobile } from "./lib/mobile/contract.ts";
export { documentedReferenceData, readReferenceData } from "./lib/mobile/reference-data.ts";
export type { Interest, Profession, ReferenceData } from "./lib/mobile/reference-data.ts";
