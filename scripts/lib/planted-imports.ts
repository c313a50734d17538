// One violation for each import rule, to be planted in a copy of the repository: a rule that does not refuse its sample guards nothing.
// Knows nothing of how rules are written.

/** A violation: written to `file`, `source` must be refused by `rule`. */
export interface PlantedImport {
  readonly rule: string;
  /** Relative to the repository; nothing of the repository has this path. */
  readonly file: string;
  readonly source: string;
  /** Further files that the violation consists of. */
  readonly beside?: Readonly<Record<string, string>>;
}

const uses = (specifier: string): string => `import * as used from "${specifier}";\nexport const planted = used;\n`;
const usesType = (specifier: string): string =>
  `import type * as used from "${specifier}";\nexport type Planted = typeof used;\n`;

/** Folder of core → what it must not reach, with a type-only import (the weakest form that counts). */
const coreFolders: Readonly<Record<string, string>> = {
  kernel: "../errors/planted-target.ts",
  errors: "../accounts/planted-target.ts",
  memory: "../accounts/planted-target.ts",
  conformance: "../identity-provider.ts",
  accounts: "../rotation/planted-target.ts",
  events: "../accounts/planted-target.ts",
  keys: "../issuance/planted-target.ts",
  listing: "../accounts/planted-target.ts",
  messages: "../one-time-codes/planted-target.ts",
  "one-time-codes": "../rotation/planted-target.ts",
  purging: "../rotation/planted-target.ts",
  sessions: "../rotation/planted-target.ts",
  passwords: "../accounts/planted-target.ts",
  revocation: "../rotation/planted-target.ts",
  "token-family": "../rotation/planted-target.ts",
  issuance: "../rotation/planted-target.ts",
  rotation: "../verification/planted-target.ts",
  verification: "../rotation/planted-target.ts",
  introspection: "../rotation/planted-target.ts",
  throttling: "../rotation/planted-target.ts",
};

const corePlants: readonly PlantedImport[] = Object.entries(coreFolders).map(([folder, specifier]) => ({
  rule: `core-folder-${folder}`,
  file: `packages/core/src/lib/${folder}/planted.ts`,
  source: usesType(specifier),
  beside: { [`packages/core/src/lib/${specifier.slice("../".length)}`]: "export const target = 1;\n" },
}));

const lib = "packages/core/src/lib";

/** Every import rule's sample; several for a rule that has several ways to be broken. */
export const plantedImports: readonly PlantedImport[] = [
  {
    rule: "no-circular",
    file: `${lib}/kernel/planted-circle.ts`,
    source: 'import type { B } from "./planted-circle-b.ts";\nexport type A = { readonly b?: B };\n',
    beside: {
      [`${lib}/kernel/planted-circle-b.ts`]:
        'import type { A } from "./planted-circle.ts";\nexport type B = { readonly a?: A };\n',
    },
  },
  {
    rule: "no-unresolvable",
    file: "packages/hono/src/planted-deep.ts",
    source: uses("@latchkey/core/lib/kernel/base57"),
  },
  { rule: "no-unresolvable", file: "packages/core/src/planted-missing.ts", source: uses("./no-such-file.ts") },
  {
    rule: "no-reach-into-package",
    file: "apps/server/src/planted-reach.ts",
    source: uses("../../../packages/core/src/ports.ts"),
  },
  {
    rule: "no-import-of-test",
    file: `${lib}/kernel/planted-test-user.ts`,
    source: uses("./planted.test.ts"),
    beside: { [`${lib}/kernel/planted.test.ts`]: "export const sample = 1;\n" },
  },
  { rule: "no-dev-dependency", file: "packages/hono/src/planted-dev.ts", source: uses("planted-dev-dependency") },
  {
    rule: "packages-not-apps",
    file: "packages/hono/src/planted-app.ts",
    source: usesType("../../../apps/server/src/planted-reach.ts"),
  },
  {
    rule: "core-imports-nothing-of-ours",
    file: "packages/core/src/planted-ours.ts",
    source: usesType("@latchkey/storage"),
  },
  {
    rule: "core-imports-nothing-of-ours",
    file: "packages/core/src/planted-ours-by-path.ts",
    source: usesType("../../storage/src/index.ts"),
  },
  { rule: "core-few-dependencies", file: "packages/core/src/planted-dependency.ts", source: usesType("kysely") },
  { rule: "core-only-node-part-knows-node", file: `${lib}/kernel/planted-node.ts`, source: usesType("node:crypto") },
  { rule: "core-node-part-is-an-entry", file: `${lib}/kernel/planted-node-part.ts`, source: usesType("../../node.ts") },
  {
    rule: "core-folder-undeclared",
    file: `${lib}/planted-feature/planted.ts`,
    source: usesType("../kernel/planted-target.ts"),
    beside: { [`${lib}/kernel/planted-target.ts`]: "export const target = 1;\n" },
  },
  ...corePlants,
  { rule: "core-memory-for-memory", file: `${lib}/accounts/planted-memory.ts`, source: usesType("../../memory.ts") },
  {
    rule: "core-conformance-for-conformance",
    file: `${lib}/accounts/planted-kit.ts`,
    source: usesType("../../conformance.ts"),
  },
  { rule: "storage-uses-the-port", file: "packages/storage/src/planted-facade.ts", source: usesType("@latchkey/core") },
  {
    rule: "storage-uses-the-port",
    file: "packages/storage/src/planted-memory.ts",
    source: uses("@latchkey/core/memory"),
  },
  {
    rule: "storage-tests-use-the-kit",
    file: "packages/storage/src/planted.test.ts",
    source: usesType("@latchkey/core/verify"),
  },
  {
    rule: "contracts-know-types-only",
    file: "packages/contracts/src/planted-value.ts",
    source: uses("@latchkey/core/errors"),
  },
  {
    rule: "contracts-use-core-alone",
    file: "packages/contracts/src/planted-storage.ts",
    source: usesType("@latchkey/storage"),
  },
  { rule: "contracts-use-core-alone", file: "packages/contracts/src/planted-hono.ts", source: usesType("hono") },
  {
    rule: "hono-uses-core-and-contracts",
    file: "packages/hono/src/planted-storage.ts",
    source: usesType("@latchkey/storage"),
  },
  {
    rule: "apps-stand-alone",
    file: "apps/planted/src/planted.ts",
    source: usesType("../../server/src/planted-reach.ts"),
  },
];

/** Imports that no rule may refuse: a rule that refuses everything guards nothing either. */
export const plantedAllowed: readonly { readonly file: string; readonly source: string }[] = [
  { file: "packages/storage/src/allowed.ts", source: usesType("@latchkey/core/ports") + uses("@latchkey/core/errors") },
  {
    file: "packages/storage/src/allowed.test.ts",
    source: uses("@latchkey/core/memory") + uses("@latchkey/core/conformance"),
  },
  { file: "packages/contracts/src/allowed.ts", source: usesType("@latchkey/core") },
  { file: "packages/hono/src/allowed.ts", source: uses("@latchkey/core") + uses("@latchkey/contracts") },
  { file: "packages/hono/src/allowed.test.ts", source: uses("@latchkey/core/memory") },
  { file: "apps/server/src/allowed.ts", source: uses("@latchkey/core") + uses("@latchkey/storage") + uses("node:fs") },
  { file: "packages/core/src/lib/node/allowed.ts", source: uses("node:crypto") },
];
