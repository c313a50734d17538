// The secret of a system that a realm replaces: what the environment may say of it.
import { afterEach, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../tests/support/sandbox.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { loadConfiguration } from "./load-configuration.ts";

const sandboxes: Sandbox[] = [];
const signing = "s".repeat(32);
const load = (environment: Readonly<Record<string, string>>, oldSecretUntil?: string) => {
  const realms = {
    rabbit: { contract: "rabbit", mount: "/", ...(oldSecretUntil !== undefined && { oldSecretUntil }) },
    intern: { contract: "intern", mount: "/" },
  };
  const sandbox = createSandbox({ settings: { realms } });
  sandboxes.push(sandbox);
  return loadConfiguration({ LATCHKEY_CONFIG: sandbox.configurationFile, ...environment }, "/somewhere/else");
};
const problems = (...given: Parameters<typeof load>): readonly string[] => {
  try {
    load(...given);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
};

afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.remove();
});

describe("an old secret", () => {
  it("may be short and hold commas, and ends when the file says", () => {
    const environment = { LATCHKEY_SECRET_RABBIT: signing, LATCHKEY_OLD_SECRET_RABBIT: "a,b" };
    const [rabbit] = load(environment, "2027-01-31T00:00:00Z").realms;
    expect(rabbit!.oldSecret).toEqual({ secret: new TextEncoder().encode("a,b"), until: Date.UTC(2027, 0, 31) });
    expect(load(environment).realms[0]!.oldSecret).toEqual({ secret: new TextEncoder().encode("a,b") });
    expect(load(environment).warnings).toEqual([]);
    expect(load({ LATCHKEY_OLD_SECRET_RABIT: "x" }).warnings).toEqual([
      "LATCHKEY_OLD_SECRET_RABIT is set, but no realm uses it",
    ]);
  });

  it("class 5: needs one beside it that signs, and is nobody else's", () => {
    expect(problems({ LATCHKEY_OLD_SECRET_RABBIT: "old" })).toEqual([
      expect.stringContaining("LATCHKEY_OLD_SECRET_RABBIT needs LATCHKEY_SECRET_RABBIT beside it"),
    ]);
    const shared = { LATCHKEY_SECRET_RABBIT: signing, LATCHKEY_SECRET_INTERN: "i".repeat(32) };
    for (const taken of [signing, "i".repeat(32)])
      expect(problems({ ...shared, LATCHKEY_OLD_SECRET_RABBIT: taken })).toEqual([
        expect.stringContaining("LATCHKEY_OLD_SECRET_RABBIT repeats a secret of"),
      ]);
    expect(problems(shared, "2027-02-31T25:00:00Z")).toEqual([
      expect.stringContaining("realms.rabbit.oldSecretUntil is no instant"),
    ]);
    expect(problems(shared, "soon")).toEqual([
      expect.stringContaining("realms.rabbit.oldSecretUntil must be an instant"),
    ]);
  });
});
