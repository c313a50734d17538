// Latchkey's own contract.
export { latchkey } from "./lib/latchkey/contract.ts";
