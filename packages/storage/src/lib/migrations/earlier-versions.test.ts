// Attack class 17: what any earlier release left in a database survives the way to this one. Its rows are golden data that today's code did not write.
import { existsSync } from "node:fs";
import type { IdentityProvider, OutgoingMessage } from "@latchkey/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStorage } from "../open-storage.ts";
import type { OpenedStorage } from "../opened-storage.ts";
import {
  createGoldenProvider,
  goldenAddresses,
  goldenFailures,
  goldenFile,
  goldenMobile,
  insertGoldenRows,
  readGoldenData,
} from "../testing/golden-data.ts";
import type { GoldenData } from "../testing/golden-data.ts";
import { serverDialects } from "../testing/server-dialects.ts";
import { createTemporaryDirectory } from "../testing/temporary-directory.ts";
import { allMigrations, latestSchemaVersion } from "./all-migrations.ts";
import { SchemaNotMigratedError } from "./schema-error.ts";

const directory = createTemporaryDirectory();
let files = 0;
const databases = [
  { name: "sqlite", missing: undefined, create: async () => ({ url: `sqlite:${directory.path(`${++files}.db`)}` }) },
  ...serverDialects.map(({ name, server }) => ({ name, missing: server.missing, create: () => server.create() })),
];

const earlierVersions = Array.from({ length: latestSchemaVersion - 1 }, (_, index) => index + 1);
/** Whose releases the gate lets run on today's schema; the newest, too, once its data has been written. */
const readableVersions = [...earlierVersions, latestSchemaVersion].filter(
  (version) =>
    allMigrations[latestSchemaVersion]!.readableFrom <= version &&
    (version < latestSchemaVersion || existsSync(goldenFile(version))),
);

const refusal = (code: string) => expect.objectContaining({ name: "IdentityError", code });

/** Holds today's release to what an earlier one has promised the people in its database. */
async function proveEverybodyGoesOn({ storage }: OpenedStorage, data: GoldenData): Promise<void> {
  const sent: OutgoingMessage[] = [];
  // Before the access tokens and the code expire, and after every leeway.
  let now = data.at + 60_000;
  const provider = createGoldenProvider(storage, data.masterKey, {
    now: () => now++,
    messageSender: { send: async (message) => void sent.push(message) },
  });
  onTestFinished(() => provider.close());
  await provider.start();
  const { password } = data;
  const { rotated, unused, loggedOut } = data.sessions;

  const { account, tokens } = await provider.logIn({ identifier: "ann", password });
  expect(account).toMatchObject({ identifiers: { email: "ann@example.com" }, roles: ["USER", "ADMIN"], number: 1 });
  expect((await provider.listAccountSessions(account.id)).items).toHaveLength(3);
  await expect(provider.logIn({ identifier: "ben", password })).rejects.toEqual(refusal("account_disabled"));
  await expect(provider.logIn({ identifier: "dora", password })).rejects.toEqual(refusal("credentials_invalid"));

  // The access tokens and the keys that signed them.
  expect(await provider.verifyAccessToken(rotated.access)).toMatchObject({ subject: { id: account.id } });
  await expect(async () => provider.verifyAccessToken(loggedOut.access)).rejects.toEqual(
    refusal("access_token_revoked"),
  );
  expect(await provider.verifyAccessToken(tokens.accessToken)).toMatchObject({ roles: ["USER", "ADMIN"] });

  const { tokens: next } = await provider.refresh(rotated.refresh);
  expect((await provider.refresh(next.refreshToken)).account.id).toBe(account.id);
  await provider.refresh(unused.refresh);
  await expect(provider.refresh(loggedOut.refresh)).rejects.toEqual(refusal("refresh_token_revoked"));
  await expect(provider.refresh(rotated.ancestor)).rejects.toEqual(refusal("refresh_token_reused"));

  // Numbers and the feed go on where they were: nobody gets a withdrawn account's number.
  const { account: eve } = await provider.signUp({ identifiers: { username: "dora" }, password });
  expect(eve.number).toBe(data.lastAccountNumber + 1);
  expect((await provider.listEvents({ accountId: account.id })).items.map(({ type }) => type)).toContain(
    "account.signed_up",
  );

  if ((data.tables["one_time_codes"]?.length ?? 0) > 0) {
    // What the background has begun to send ends before the clock leaps: its claim would expire, and it would be sent twice.
    await provider.deliverMessages();
    now += 60_000;
    await provider.deliverMessages();
    expect(sent).toMatchObject([{ to: goldenMobile }]);
    const { account: cho } = await provider.logInWithCode({ identifier: goldenMobile, code: sent[0]!.code });
    if ((data.tables["throttles"]?.length ?? 0) > 0) await proveLimitsGoOn(provider, cho.id, account.id);
  }
}

/** What was counted before still counts: an upgrade gives nobody new tries, and takes no owner's address away. */
async function proveLimitsGoOn(provider: IdentityProvider, guessedId: string, ownerId: string): Promise<void> {
  expect(await provider.readThrottle({ accountId: guessedId })).toContainEqual(
    expect.objectContaining({ authenticator: "password", from: "everybody", count: goldenFailures }),
  );
  expect(await provider.readThrottle({ address: goldenAddresses.stranger })).toContainEqual(
    expect.objectContaining({ limit: "failuresPerAddress", count: goldenFailures }),
  );
  const wrong = { identifier: "ann", password: "not hers" };
  await expect(provider.logIn(wrong, { address: goldenAddresses.owner })).rejects.toEqual(
    refusal("credentials_invalid"),
  );
  expect(await provider.readThrottle({ accountId: ownerId })).toContainEqual(
    expect.objectContaining({ authenticator: "password", from: "known_addresses", count: 1 }),
  );
}

describe.each(databases)("$name", ({ missing, create }) => {
  describe.skipIf(missing !== undefined)(`a database of an earlier release ${missing ?? ""}`, () => {
    async function open(): Promise<OpenedStorage> {
      const opened = await openStorage((await create()).url);
      onTestFinished(() => opened.storage.close());
      return opened;
    }

    test.each(earlierVersions)(
      "class 17, OP-01: schema %i with data is migrated; its accounts log in, its refresh tokens rotate, what was dead stays dead",
      async (version) => {
        const data = readGoldenData(version);
        const opened = await open();
        expect(await opened.migrate({ to: version })).toMatchObject({ to: version });
        await insertGoldenRows(opened.kysely, data);
        await expect(opened.checkSchema()).rejects.toBeInstanceOf(SchemaNotMigratedError);
        expect(await opened.migrate()).toMatchObject({ from: version, to: latestSchemaVersion });
        await opened.checkSchema();
        await proveEverybodyGoesOn(opened, data);
      },
      60_000,
    );

    test.each(readableVersions)(
      "OP-01: what the release of schema %i writes into today's schema is accepted, and good for this release beside it",
      async (version) => {
        const data = readGoldenData(version);
        const opened = await open();
        await opened.migrate();
        await insertGoldenRows(opened.kysely, data);
        await proveEverybodyGoesOn(opened, data);
      },
      60_000,
    );
  });
});
