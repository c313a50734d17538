// The contract of money_for_rabbit.
export { rabbit } from "./lib/rabbit/contract.ts";
