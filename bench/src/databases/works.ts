// Refresh, log-in and sign-up on one database: by the library, and by the bare driver with the library's statements and one signature.
import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createIdentityProvider, type IdentityProvider } from "@latchkey/core";
import { nodePlatform } from "@latchkey/core/node";
import type { Storage } from "@latchkey/core/ports";
import { callers, type RawDatabase, type RecordedStatement } from "./raw-database.ts";
import { replay, type Substitute } from "./replay.ts";

/** One operation of a caller. */
type Operation = (caller: number) => Promise<unknown>;

const password = "correct horse battery staple";
const realm = "main";
const masterKey = new Uint8Array(randomBytes(32));
const recordedName = "recorded-name";
/** So many that no other number of the recorded statements is the same. */
const rotationsBefore = 7;
const notOfARequest = /^show session variables|"revocations"|`revocations`/;

/** The works on a database. */
export interface Works {
  /** Ours and the bare driver's, by work and side: `refresh ours`, `refresh raw` … */
  readonly operations: Readonly<Record<string, Operation>>;
  /** Ends the providers. @throws Error where the bare driver's rotations are not in the database: a replay that changed nothing would be fast. */
  end(): Promise<void>;
}

/** Prepares the works: accounts and sessions for every caller, and a record of what each work sends. */
export async function prepareWorks(database: RawDatabase): Promise<Works> {
  const provider = createProvider(database.ours.storage);
  const tokens: string[] = [];
  const names: string[] = [];
  for (let caller = 0; caller < callers; caller++) {
    names.push(`caller-${caller}`);
    await provider.signUp({ identifiers: { username: names[caller]! }, password });
    tokens.push((await logIn(provider, names[caller]!)).refreshToken);
  }
  const raw = await rawOperations(database, names);
  let signUps = 0;
  const ours: Works["operations"] = {
    "refresh ours": async (caller) => {
      tokens[caller] = (await provider.refresh(tokens[caller])).tokens.refreshToken;
    },
    "login ours": (caller) => logIn(provider, names[caller]!),
    "signup ours": () => provider.signUp({ identifiers: { username: `ours-${signUps++}` }, password }),
  };
  return {
    operations: { ...ours, ...raw.operations },
    async end() {
      await provider.close();
      await raw.end();
    },
  };
}

interface Recordings {
  readonly account: string;
  readonly signUp: { readonly family: string; readonly statements: readonly RecordedStatement[] };
  readonly logIn: { readonly family: string; readonly statements: readonly RecordedStatement[] };
  readonly refresh: readonly RecordedStatement[];
}

interface RawSession {
  readonly id: Buffer;
  generation: number;
}

async function rawOperations(database: RawDatabase, names: readonly string[]): Promise<Works> {
  const provider = createProvider(database.recording.storage);
  await provider.start();
  const recordings = await recordWorks(provider, database.recorded);
  const sessions: RawSession[] = [];
  for (const name of names) {
    sessions.push({ id: Buffer.from((await logIn(provider, name)).familyId, "hex"), generation: 0 });
  }
  await provider.close();
  const issue = createIssue();
  const send = async (statements: readonly RecordedStatement[], substitutes: readonly Substitute[]) => {
    await database.use((connection) => replay(connection, statements, new Map(substitutes)));
    issue();
  };
  let signUps = 0;
  const operations: Works["operations"] = {
    "refresh raw": async (caller) => {
      const session = sessions[caller]!;
      await send(recordings.refresh, [
        [recordings.logIn.family, session.id],
        [rotationsBefore, session.generation],
      ]);
      session.generation++;
    },
    "login raw": (caller) =>
      send(recordings.logIn.statements, [
        [recordedName, names[caller]],
        [recordings.logIn.family, newFamilyId()],
      ]),
    "signup raw": () =>
      send(recordings.signUp.statements, [
        [recordedName, `raw-${signUps++}`],
        [recordings.account, randomBytes(11).toString("hex")],
        [recordings.signUp.family, newFamilyId()],
      ]),
  };
  return {
    operations,
    async end() {
      for (const session of sessions) await proveRotations(database, session);
    },
  };
}

async function recordWorks(provider: IdentityProvider, recorded: RecordedStatement[]): Promise<Recordings> {
  const record = async <Result>(work: () => Promise<Result>) => {
    recorded.length = 0;
    const result = await work();
    return { result, statements: recorded.filter(({ sql }) => !notOfARequest.test(sql)) };
  };
  const signUp = await record(() => provider.signUp({ identifiers: { username: recordedName }, password }));
  const entered = await record(() => logIn(provider, recordedName));
  let { refreshToken } = entered.result;
  for (let done = 0; done < rotationsBefore; done++) ({ refreshToken } = (await provider.refresh(refreshToken)).tokens);
  const refresh = await record(() => provider.refresh(refreshToken));
  return {
    account: signUp.result.account.id,
    signUp: { family: signUp.result.tokens!.familyId, statements: signUp.statements },
    logIn: { family: entered.result.familyId, statements: entered.statements },
    refresh: refresh.statements,
  };
}

async function proveRotations({ ours }: RawDatabase, { id, generation }: RawSession): Promise<void> {
  const found = await ours.storage.read.families.byId({ realm, id: id.toString("hex") });
  if (found?.generation !== generation || generation === 0) throw new Error("the bare driver did not rotate");
}

async function logIn(provider: IdentityProvider, identifier: string) {
  return (await provider.logIn({ identifier, password })).tokens;
}

// Argon2id would be all that a log-in costs. In its place a constant: both sides are then as cheap as they can be.
function createProvider(storage: Storage): IdentityProvider {
  return createIdentityProvider({
    realm,
    issuer: "http://localhost:8000/v1",
    storage,
    masterKey,
    platform: { ...nodePlatform(), argon2id: async () => new Uint8Array(32), hashConcurrency: callers },
  });
}

// As time-ordered as ours: where rows lie decides what a commit costs.
function newFamilyId(): Buffer {
  const id = randomBytes(11);
  id.writeUIntBE(Date.now(), 0, 6);
  return id;
}

/** What no issuer can do without: an EdDSA signature and a MAC. */
function createIssue(): () => void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const secret = createSecretKey(randomBytes(32));
  const claims = Buffer.from("x".repeat(400));
  return () => {
    sign(null, claims, privateKey);
    createHmac("sha256", secret).update(claims).digest();
  };
}
