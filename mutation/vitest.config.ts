// The tests that a mutation run may use; scripts/lib/mutation/run-area.ts names them and the folder where Stryker's copy of core stands.
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: (process.env["LATCHKEY_MUTATION_TESTS"] ?? "").split(",").filter((pattern) => pattern !== ""),
    // Judges the built text, which mutants change.
    exclude: ["**/*.bundle.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

export default config;
