// The contract `intern`: accounts of seeds/000.
export { intern } from "./lib/intern/contract.ts";
