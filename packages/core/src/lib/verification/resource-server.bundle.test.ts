// What a resource server gets that imports `@latchkey/core/verify`: bundled as for a browser, little of it, and nothing of Node.
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { makeTestKey, accessClaims, signToken, testIssuer } from "../testing/token-issuer.ts";
import type * as Verify from "../../verify.ts";

const maximumBytes = 25_000;

async function bundle(entry: string): Promise<{ readonly code: string; readonly imports: readonly string[] }> {
  const build = await rolldown({
    input: fileURLToPath(new URL(`../../${entry}`, import.meta.url)),
    platform: "browser",
    external: (id) => id.startsWith("node:") || builtinModules.includes(id),
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false });
    return {
      code: output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("\n"),
      imports: output.flatMap((chunk) => ("imports" in chunk ? [...chunk.imports, ...chunk.dynamicImports] : [])),
    };
  } finally {
    await build.close();
  }
}

it("@latchkey/core/verify needs nothing of Node", async () => {
  const { code, imports } = await bundle("verify.ts");
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/\b(require\(|node:|Buffer\b|process\.)/);
});

it("the check sees what it looks for: @latchkey/core/node needs Node", async () => {
  expect((await bundle("node.ts")).imports).toContain("node:crypto");
});

it(`@latchkey/core/verify is at most ${maximumBytes} bytes, minified and gzipped`, async () => {
  const { code } = await bundle("verify.ts");
  expect(gzipSync(code).byteLength).toBeLessThanOrEqual(maximumBytes);
});

it("@latchkey/core/verify works as it comes out of the bundler", async () => {
  const { code } = await bundle("verify.ts");
  const { createResourceServerVerifier, IdentityError } = (await import(
    `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
  )) as typeof Verify;
  const key = await makeTestKey("key");
  const verify = createResourceServerVerifier({ issuer: testIssuer, jwks: { keys: [key.publicJwk] } });
  const now = Date.now();
  expect(await verify(await signToken(key, accessClaims(now)))).toMatchObject({ roles: ["USER"] });
  const expired = verify(await signToken(key, accessClaims(now, { exp: 1 })));
  await expect(Promise.resolve(expired)).rejects.toBeInstanceOf(IdentityError);
});
