// The identity provider keeps its promises on the memory storage: where the store tells of changes at once, and where it is polled.
import { describe, it } from "vitest";
import { describeProviderConformance, type MakeProvider } from "./conformance.ts";
import { createIdentityProvider } from "./lib/identity-provider.ts";
import { nodeJwsKeys } from "./lib/node/node-jws.ts";
import { createMemoryStorage } from "./memory.ts";

const makeProvider: MakeProvider = ({ quickHash, ...setup }) =>
  createIdentityProvider({
    ...setup,
    platform: { name: "test", argon2id: quickHash, jws: nodeJwsKeys, hashConcurrency: 8 },
  });

for (const feed of ["immediate", "polled"] as const) {
  describe(`the identity provider on memory, two processes, feed ${feed}`, () => {
    describeProviderConformance(
      { describe, it },
      async () => {
        const storage = createMemoryStorage({ feed });
        const other = storage.attach({ feed });
        return {
          storage,
          another: async () => other,
          dispose: async () => {
            await Promise.all([storage.close(), other.close()]);
          },
        };
      },
      makeProvider,
      // `pnpm soak` sets more.
      { rounds: Number(process.env["LATCHKEY_RACES"] ?? 200) },
    );
  });
}
