// The provider that the kit proves on every dialect. For tests only.
import { createIdentityProvider } from "@latchkey/core";
import type { MakeProvider } from "@latchkey/core/conformance";
import { nodePlatform } from "@latchkey/core/node";

/** A provider with the kit's hash in the place of Argon2id. */
export const makeProvider: MakeProvider = ({ quickHash, ...setup }) =>
  createIdentityProvider({ ...setup, platform: { ...nodePlatform(), argon2id: quickHash, hashConcurrency: 8 } });
