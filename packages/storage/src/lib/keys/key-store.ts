// The keys' part of the storage port over Kysely. Private parts come and go encrypted.
// Must not know which key signs.
import type { KeyReader, KeyRecord, KeyStore, KeyUse, SigningAlgorithm } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import { readJsonObject, readWord } from "../kernel/row-values.ts";
import type { Session } from "../kernel/session.ts";
import type { SigningKeyTable } from "../kernel/tables.ts";

type Row = Selectable<SigningKeyTable>;

/** The statements on keys, compiled once. */
export interface KeyQueries {
  readonly list: PreparedQuery<{ realm: string }, Row>;
  readonly insert: PreparedQuery<Row, unknown>;
  readonly retire: PreparedQuery<{ realm: string; kid: string; at: number }, unknown>;
  readonly rewrap: PreparedQuery<Rewrapping, unknown>;
  readonly remove: PreparedQuery<{ realm: string; kid: string }, unknown>;
}

type Rewrapping = Parameters<KeyStore["rewrap"]>[0];

const columns = [
  "realm",
  "kid",
  "use",
  "ordinal",
  "algorithm",
  "public_jwk",
  "encrypted_private_jwk",
  "created_at",
  "activates_at",
  "retired_at",
] as const;

const uses: Readonly<Record<KeyUse, true>> = { access: true, refresh: true };
const algorithms: Readonly<Record<SigningAlgorithm, true>> = { EdDSA: true, ES256: true, RS256: true, HS256: true };

/** Compiles the statements on keys. */
export function createKeyQueries({ kysely, profile }: Database): KeyQueries {
  return {
    list: prepare((arg: Argument<{ realm: string }>) =>
      kysely
        .selectFrom("signing_keys")
        .select(columns)
        .where("realm", "=", arg("realm"))
        .orderBy("use")
        .orderBy("ordinal"),
    ),
    insert: prepare((arg: Argument<Row>) =>
      profile.skipTaken(kysely.insertInto("signing_keys").values(each(arg, columns))),
    ),
    retire: prepare((arg: Argument<{ realm: string; kid: string; at: number }>) =>
      kysely
        .updateTable("signing_keys")
        .set({ retired_at: arg("at") })
        .where("realm", "=", arg("realm"))
        .where("kid", "=", arg("kid"))
        .where("retired_at", "is", null),
    ),
    rewrap: prepare((arg: Argument<Rewrapping>) =>
      kysely
        .updateTable("signing_keys")
        .set({ encrypted_private_jwk: arg("to") })
        .where("realm", "=", arg("realm"))
        .where("kid", "=", arg("kid"))
        .where("encrypted_private_jwk", "=", arg("from")),
    ),
    remove: prepare((arg: Argument<{ realm: string; kid: string }>) =>
      kysely.deleteFrom("signing_keys").where("realm", "=", arg("realm")).where("kid", "=", arg("kid")),
    ),
  };
}

/** Reads of keys in a session. */
export function createKeyReader(queries: KeyQueries, session: Session): KeyReader {
  return { list: async ({ realm }) => (await queries.list.rows(session, { realm })).map(keyOf) };
}

/** The keys inside a unit. */
export function createKeyStore(queries: KeyQueries, session: Session): KeyStore {
  return {
    ...createKeyReader(queries, session),
    add: async (key) => (await queries.insert.affected(session, rowOf(key))) === 1,
    retire: async ({ realm, kid, at }) => (await queries.retire.affected(session, { realm, kid, at })) === 1,
    rewrap: async (at) => (await queries.rewrap.affected(session, at)) === 1,
    remove: async ({ realm, kid }) => (await queries.remove.affected(session, { realm, kid })) === 1,
  };
}

function rowOf(key: KeyRecord): Row {
  return {
    realm: key.realm,
    kid: key.kid,
    use: key.use,
    ordinal: key.ordinal,
    algorithm: key.algorithm,
    public_jwk: key.publicJwk === null ? null : JSON.stringify(key.publicJwk),
    encrypted_private_jwk: key.encryptedPrivateJwk,
    created_at: key.createdAt,
    activates_at: key.activatesAt,
    retired_at: key.retiredAt,
  };
}

function keyOf(row: Row): KeyRecord {
  const table = "signing_keys";
  return {
    realm: row.realm,
    kid: row.kid,
    use: readWord(row.use, uses, { table, column: "use" }),
    ordinal: row.ordinal,
    algorithm: readWord(row.algorithm, algorithms, { table, column: "algorithm" }),
    publicJwk: row.public_jwk === null ? null : readJsonObject(row.public_jwk, { table, column: "public_jwk" }),
    encryptedPrivateJwk: row.encrypted_private_jwk,
    createdAt: row.created_at,
    activatesAt: row.activates_at,
    retiredAt: row.retired_at,
  };
}
