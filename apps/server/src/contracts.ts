// Which wire contracts this server can mount. A contract is its module and one entry here; it is loaded when a realm names it.
import type { WireContract } from "@latchkey/contracts";
import type { SigningAlgorithm } from "@latchkey/core";

/** A contract that a realm can name. */
export interface ContractEntry {
  /** What signs its access tokens where the configuration does not say. */
  readonly signing: SigningAlgorithm;
  /** Whether it is that of a system that was replaced, and not Latchkey's own. */
  readonly replaces: boolean;
  /** Whether people log in to it with codes by SMS. */
  readonly sendsSms?: true;
  /** `referenceData`: what the realm's file of it holds, where it has one. @throws TypeError where the contract cannot use it */
  load(referenceData?: unknown): Promise<WireContract>;
}

/** The name of a contract in the configuration. */
export type ContractName = "latchkey" | "intern" | "baro" | "onboarding" | "mobile" | "rabbit";

/** Every contract by its name. */
export const contracts: Readonly<Record<ContractName, ContractEntry>> = {
  latchkey: {
    signing: "EdDSA",
    replaces: false,
    load: async () => (await import("@latchkey/contracts/latchkey")).latchkey,
  },
  intern: { signing: "HS256", replaces: true, load: async () => (await import("@latchkey/contracts/intern")).intern },
  baro: { signing: "HS256", replaces: true, load: async () => (await import("@latchkey/contracts/baro")).baro },
  onboarding: {
    signing: "HS256",
    replaces: true,
    load: async () => (await import("@latchkey/contracts/onboarding")).onboarding,
  },
  mobile: {
    signing: "HS256",
    replaces: true,
    sendsSms: true,
    load: async (referenceData) => {
      const { createMobileContract, mobile, readReferenceData } = await import("@latchkey/contracts/mobile");
      return referenceData === undefined ? mobile : createMobileContract(readReferenceData(referenceData));
    },
  },
  rabbit: { signing: "HS256", replaces: true, load: async () => (await import("@latchkey/contracts/rabbit")).rabbit },
};

/** The names, for the schema. */
export const contractNames: readonly ContractName[] = Object.keys(contracts) as ContractName[];
