// The contract `baro`: accounts of seeds/001.
export { baro } from "./lib/baro/contract.ts";
