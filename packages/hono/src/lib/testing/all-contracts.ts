// Every contract there is, for tests that are made of the contracts' tables.
import type { WireContract } from "@latchkey/contracts";
import { baro } from "@latchkey/contracts/baro";
import { intern } from "@latchkey/contracts/intern";
import { latchkey } from "@latchkey/contracts/latchkey";
import { mobile } from "@latchkey/contracts/mobile";
import { onboarding } from "@latchkey/contracts/onboarding";
import { rabbit } from "@latchkey/contracts/rabbit";
import type { IdentityProviderOptions, RealmPolicy, UploadSigner } from "@latchkey/core";
import { defaultRealmPolicy } from "@latchkey/core";

/** The six. */
export const allContracts: readonly WireContract[] = [latchkey, intern, baro, onboarding, rabbit, mobile];

/** Keys that the realm makes itself under its master key, of the algorithm that the server takes for the contract. */
export function ownKeys(contract: WireContract): NonNullable<IdentityProviderOptions["signing"]> {
  return { algorithm: contract === latchkey ? "EdDSA" : "HS256" };
}

/** The contract's policy without limits on guesses and messages, for tests that try more than anybody may. */
export function unthrottled(contract: WireContract): Partial<RealmPolicy> {
  const { throttling } = defaultRealmPolicy;
  const none = { guessesPerAccount: null, failuresPerAddress: null, messagesPerRecipient: null };
  return { ...contract.policy, throttling: { ...throttling, ...none } };
}

/** Takes every file. */
export const anyUploads: UploadSigner = {
  sign: async ({ accountId, prefix, count }) =>
    Array.from({ length: count }, (_, index) => ({
      url: "https://files.example/",
      fields: { key: `media/${prefix}${accountId}-${index}` },
    })),
  remove: async ({ key }) => key.startsWith("media/"),
};
