// The contract `onboarding`: accounts of seeds/002.
export { onboarding } from "./lib/onboarding/contract.ts";
