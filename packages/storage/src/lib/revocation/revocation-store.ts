// The revocations' part of the storage port over Kysely: a feed whose numbers are taken as the unit's last statements.
// Must not call listeners: nothing is committed yet when it numbers its entries.
import { allGenerations } from "@latchkey/core/ports";
import type { NewRevocation, RevocationEntry, RevocationReader, RevocationStore } from "@latchkey/core/ports";
import type { CompiledQuery, Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { createFeedHeads, type FeedHeads } from "../kernel/feed-head.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import { familyIdBytes, readFamilyHex, readFamilyId, requireFamilyIdBytes, type Place } from "../kernel/row-values.ts";
import type { Session } from "../kernel/session.ts";
import { MalformedRowError } from "../kernel/storage-error.ts";
import type { RevocationTable } from "../kernel/tables.ts";
import { UnitBuffer } from "../kernel/unit-buffer.ts";

type Row = Selectable<RevocationTable>;
type HexRow = Omit<Row, "family_id"> & { readonly family_id: string | null };

/** The statements on revocations, compiled once. */
export interface RevocationQueries {
  readonly heads: FeedHeads;
  readonly since: PreparedQuery<{ seq: number; limit: number }, HexRow>;
  readonly concerning: PreparedQuery<{ realm: string; familyId: Uint8Array }, Row>;
  readonly insert: PreparedQuery<Row, unknown>;
  readonly expired: PreparedQuery<{ before: number; limit: number }, Pick<Row, "seq">>;
  /** See `DialectProfile.hint`. */
  readonly hint: CompiledQuery<unknown> | undefined;
  deleteThese(seqs: readonly number[]): CompiledQuery<unknown>;
}

/** The revocations of a unit, and what is left to do before its commit. */
export interface BufferedRevocationStore extends RevocationStore {
  /** Numbers and writes what was added; afterwards nothing more can be added. */
  flush(): Promise<readonly RevocationEntry[]>;
  /** Refuses more, with the unit. */
  end(): void;
}

const familyIdColumn: Place = { table: "revocations", column: "family_id" };
const nobody = Buffer.alloc(0);
const columns = ["seq", "realm", "family_id", "through_generation", "families_before", "expires_at"] as const;

/** Compiles the statements on revocations. */
export function createRevocationQueries(database: Database): RevocationQueries {
  const { kysely, profile } = database;
  return {
    hint: profile.hint(kysely),
    heads: createFeedHeads(database),
    since: prepare((arg: Argument<{ seq: number; limit: number }>) =>
      kysely
        .selectFrom("revocations")
        .select(["seq", "realm", "through_generation", "families_before", "expires_at"])
        .select((eb) => profile.hex(eb.ref("family_id")).as("family_id"))
        .where("seq", ">", arg("seq"))
        .orderBy("seq")
        .limit(arg("limit")),
    ),
    concerning: prepare((arg: Argument<{ realm: string; familyId: Uint8Array }>) =>
      kysely
        .selectFrom("revocations")
        .select(columns)
        .where("realm", "=", arg("realm"))
        .where((eb) => eb.or([eb("family_id", "=", arg("familyId")), eb("family_id", "is", null)]))
        .orderBy("seq"),
    ),
    insert: prepare((arg: Argument<Row>) => kysely.insertInto("revocations").values(each(arg, columns))),
    expired: prepare((arg: Argument<{ before: number; limit: number }>) =>
      kysely
        .selectFrom("revocations")
        .select("seq")
        .where("expires_at", "<", arg("before"))
        .orderBy("expires_at")
        .limit(arg("limit")),
    ),
    deleteThese: (seqs) => kysely.deleteFrom("revocations").where("seq", "in", seqs).compile(),
  };
}

/** Reads of the feed in a session. */
export function createRevocationReader(queries: RevocationQueries, session: Session): RevocationReader {
  return {
    since: async ({ seq, limit }) => (await queries.since.rows(session, { seq, limit })).map(entryOf),
    async concerning({ realm, familyId }) {
      // An id that is none still meets the realm's cuts.
      const rows = await queries.concerning.rows(session, { realm, familyId: familyIdBytes(familyId) ?? nobody });
      return rows.map((row) => entryOf({ ...row, family_id: row.family_id && hexOf(row.family_id) }));
    },
    head: () => queries.heads.current(session, "revocations"),
  };
}

/** The revocations inside a unit. */
export function createRevocationStore(queries: RevocationQueries, session: Session): BufferedRevocationStore {
  const buffer = new UnitBuffer<NewRevocation>();
  return {
    ...createRevocationReader(queries, session),
    async add(entries) {
      buffer.add(entries);
    },
    async purge({ before, limit }) {
      const rows = await queries.expired.rows(session, { before, limit });
      if (rows.length > 0) await session.run(queries.deleteThese(rows.map(({ seq }) => seq)));
      return rows.length;
    },
    end: () => void buffer.end(),
    async flush() {
      const added = buffer.end();
      if (added.length === 0) return [];
      const first = await queries.heads.take(session, "revocations", added.length);
      const entries = added.map((revocation, index) => ({ ...revocation, seq: first + index }));
      for (const entry of entries) await queries.insert.affected(session, rowOf(entry));
      if (queries.hint !== undefined) await session.run(queries.hint);
      return entries;
    },
  };
}

function rowOf({ seq, realm, target, expiresAt }: RevocationEntry): Row {
  const isFamily = "familyId" in target;
  return {
    seq,
    realm,
    family_id: isFamily ? requireFamilyIdBytes(target.familyId) : null,
    through_generation: isFamily ? target.throughGeneration : null,
    families_before: isFamily ? null : target.familiesBefore,
    expires_at: expiresAt,
  };
}

const hexOf = (bytes: Uint8Array): string => readFamilyId(bytes, familyIdColumn);

// A million of them are read at a start: one object each, and one for its target.
function entryOf(row: HexRow): RevocationEntry {
  return { seq: row.seq, realm: row.realm, target: targetOf(row), expiresAt: row.expires_at };
}

function targetOf(row: HexRow): RevocationEntry["target"] {
  if (row.family_id !== null) {
    const familyId = readFamilyHex(row.family_id, familyIdColumn);
    // A family without a generation can only mean the whole of it.
    return { familyId, throughGeneration: row.through_generation ?? allGenerations };
  }
  if (row.families_before === null) throw new MalformedRowError("revocations", "families_before", "an instant");
  return { familiesBefore: row.families_before };
}
