// Writes `migrations/golden/data-<schema>.json`: what this release leaves in a database of its schema. Run once per schema version, by the release that
// is the last to have it as its newest: node packages/storage/src/lib/testing/write-golden-data.ts
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { openSqliteStorage } from "../dialects/sqlite/open-storage.ts";
import { latestSchemaVersion } from "../migrations/all-migrations.ts";
import {
  createGoldenProvider,
  goldenAddresses,
  goldenFailures,
  goldenFile,
  goldenMobile,
  type GoldenData,
  type GoldenValue,
} from "./golden-data.ts";

const password = "correct horse battery staple";
const operator = { kind: "operator" } as const;
const masterKey = randomBytes(32).toString("base64url");
let at = Date.UTC(2026, 10, 1);

const { storage, kysely, migrate } = await openSqliteStorage({ file: ":memory:" });
await migrate();
const provider = createGoldenProvider(storage, masterKey, {
  now: () => (at += 1000),
  // The message stays where it is: another process delivers it.
  messageSender: { send: () => Promise.reject(new Error("nobody is there")) },
  onBackgroundError: () => undefined,
});

await provider.start();
const create = (username: string, more: Readonly<Record<string, string>> = {}) =>
  provider.createAccount({ identifiers: { username, ...more }, password }, operator);
const device = { userAgent: "a device", address: goldenAddresses.owner };
const logIn = async () => (await provider.logIn({ identifier: "ann", password }, device)).tokens;
const ann = await create("ann", { email: "ann@example.com" });
await provider.administerAccount(ann.id, { roles: ["USER", "ADMIN"] }, operator);
const ancestor = await logIn();
const { tokens: middle } = await provider.refresh(ancestor.refreshToken);
const { tokens: newest } = await provider.refresh(middle.refreshToken);
const unused = await logIn();
const loggedOut = await logIn();
await provider.logOut(loggedOut.refreshToken);
const ben = await create("ben");
await provider.administerAccount(ben.id, { status: "disabled" }, operator);
await create("cho", { mobile: goldenMobile });
await provider.requestCode({ identifier: goldenMobile });
for (let failure = 0; failure < goldenFailures; failure++)
  await provider
    .logIn({ identifier: "cho", password: `wrong ${failure}` }, { address: goldenAddresses.stranger })
    .catch(() => undefined);
const dora = await create("dora");
const { tokens: doras } = await provider.logIn({ identifier: "dora", password });
await provider.withdraw(await provider.verifyAccessToken(doras.accessToken), { password });
await provider.close();

const tables: Record<string, readonly Readonly<Record<string, GoldenValue>>[]> = {};
for (const { name } of await kysely.introspection.getTables()) {
  // The migrator's own rows are the migrator's to write.
  if (name === "latchkey_migrations") continue;
  const rows = await kysely
    .selectFrom(name as "accounts")
    .selectAll()
    .execute();
  tables[name] = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, golden(value)])),
  );
}
await storage.close();

const data: GoldenData = {
  schema: latestSchemaVersion,
  at,
  masterKey,
  password,
  sessions: {
    rotated: { ancestor: middle.refreshToken, refresh: newest.refreshToken, access: newest.accessToken },
    unused: { refresh: unused.refreshToken },
    loggedOut: { refresh: loggedOut.refreshToken, access: loggedOut.accessToken },
  },
  lastAccountNumber: dora.number,
  tables,
};
writeFileSync(goldenFile(latestSchemaVersion), `${JSON.stringify(data, null, 2)}\n`);

function golden(value: unknown): GoldenValue {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString("hex") } : (value as GoldenValue);
}
