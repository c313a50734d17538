// Which wire contracts this server can mount. A contract is its module and one entry here; it is loaded when a realm names it.
import type { WireContract } from "@latchkey/contracts";
import type { SigningAlgorithm } from "@latchkey/core";

/** A contract that a realm can name. */
export interface ContractEntry {
  /** What signs its access tokens where the configuration does not say. */
  readonly signing: SigningAlgorithm;
  load(): Promise<WireContract>;
}

/** The name of a contract in the configuration. */
export type ContractName = "latchkey";

/** The names, for the schema. */
export const contractNames: readonly [ContractName, ...ContractName[]] = ["latchkey"];

/** Every contract by its name. */
export const contracts: Readonly<Record<ContractName, ContractEntry>> = {
  latchkey: { signing: "EdDSA", load: async () => (await import("@latchkey/contracts/latchkey")).latchkey },
};
