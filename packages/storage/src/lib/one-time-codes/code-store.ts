// The one-time codes' part of the storage port over Kysely. One conditional UPDATE counts a try and uses the code, so neither can be outrun.
// Must not know how a code is digested.
import type { CodeAttempt, CodePlace, CodePurpose, CodeReader, CodeStore, OneTimeCode } from "@latchkey/core/ports";
import type { Compilable, Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import { readWord } from "../kernel/row-values.ts";
import type { Session } from "../kernel/session.ts";
import type { OneTimeCodeTable } from "../kernel/tables.ts";

type Row = Selectable<OneTimeCodeTable>;

/** The statements on codes, compiled once. */
export interface CodeQueries {
  readonly current: PreparedQuery<CodePlace, Row>;
  readonly replace: PreparedQuery<Row, unknown>;
  readonly insert: PreparedQuery<Row, unknown>;
  readonly attempt: PreparedQuery<CodeAttempt, unknown>;
  readonly expired: PreparedQuery<{ before: number; limit: number }, Pick<Row, "realm" | "account_id" | "purpose">>;
  readonly remove: PreparedQuery<CodePlace & { before: number }, unknown>;
}

const keys = ["realm", "account_id", "purpose"] as const;
const values = [
  "id",
  "account_version",
  "digest",
  "created_at",
  "expires_at",
  "attempts_left",
  "used_at",
  "requested_since",
  "requests",
] as const;
const columns = [...keys, ...values] as const;
const purposes: Readonly<Record<CodePurpose, true>> = { log_in: true, confirm_email: true };

/** Compiles the statements on codes. */
export function createCodeQueries(database: Database): CodeQueries {
  const { kysely, profile } = database;
  return {
    current: prepare((arg: Argument<CodePlace>) =>
      kysely
        .selectFrom("one_time_codes")
        .select(columns)
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("accountId"))
        .where("purpose", "=", arg("purpose")),
    ),
    replace: prepare((arg: Argument<Row>) =>
      kysely
        .updateTable("one_time_codes")
        .set(each(arg, values))
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("account_id"))
        .where("purpose", "=", arg("purpose")),
    ),
    insert: prepare((arg: Argument<Row>) =>
      profile.skipTaken(kysely.insertInto("one_time_codes").values(each(arg, columns))),
    ),
    attempt: prepare((arg: Argument<CodeAttempt>) => compileAttempt(database, arg)),
    expired: prepare((arg: Argument<{ before: number; limit: number }>) =>
      kysely
        .selectFrom("one_time_codes")
        .select(keys)
        .where("expires_at", "<", arg("before"))
        .orderBy("expires_at")
        .limit(arg("limit")),
    ),
    remove: prepare((arg: Argument<CodePlace & { before: number }>) =>
      kysely
        .deleteFrom("one_time_codes")
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("accountId"))
        .where("purpose", "=", arg("purpose"))
        .where("expires_at", "<", arg("before")),
    ),
  };
}

function compileAttempt({ kysely }: Database, arg: Argument<CodeAttempt>): Compilable<unknown> {
  return kysely
    .updateTable("one_time_codes")
    .set((eb) => ({
      attempts_left: eb("attempts_left", "-", 1),
      used_at: eb.case().when("digest", "=", arg("digest")).then(arg("now")).else(eb.ref("used_at")).end(),
    }))
    .where("realm", "=", arg("realm"))
    .where("account_id", "=", arg("accountId"))
    .where("purpose", "=", arg("purpose"))
    .where("id", "=", arg("id"))
    .where("account_version", "=", arg("accountVersion"))
    .where("used_at", "is", null)
    .where("attempts_left", ">", 0)
    .where("expires_at", ">", arg("now"));
}

/** Reads of codes in a session. */
export function createCodeReader(queries: CodeQueries, session: Session): CodeReader {
  return {
    async current({ realm, accountId, purpose }) {
      const row = await queries.current.first(session, { realm, accountId, purpose });
      return row && codeOf(row);
    },
  };
}

/** The codes inside a unit. */
export function createCodeStore(queries: CodeQueries, session: Session): CodeStore {
  const reader = createCodeReader(queries, session);
  return {
    ...reader,
    async put(code) {
      const row = rowOf({ ...code, usedAt: null });
      if ((await queries.replace.affected(session, row)) > 0) return;
      // Where somebody else's insertion came first, it is what is replaced.
      if ((await queries.insert.affected(session, row)) === 0) await queries.replace.affected(session, row);
    },
    async attempt(attempt) {
      if ((await queries.attempt.affected(session, attempt)) === 0) return false;
      // The row is this unit's now, and it was unused before: if it is used, this try used it.
      const tried = await reader.current(attempt);
      return tried?.usedAt === attempt.now && tried.digest === attempt.digest;
    },
    async purge({ before, limit }) {
      const rows = await queries.expired.rows(session, { before, limit });
      let purged = 0;
      for (const { realm, account_id: accountId, purpose } of rows) {
        const place = { realm, accountId, purpose: purpose as CodePurpose };
        purged += await queries.remove.affected(session, { ...place, before });
      }
      return purged;
    },
  };
}

function rowOf(code: OneTimeCode): Row {
  return {
    realm: code.realm,
    account_id: code.accountId,
    purpose: code.purpose,
    id: code.id,
    account_version: code.accountVersion,
    digest: code.digest,
    created_at: code.createdAt,
    expires_at: code.expiresAt,
    attempts_left: code.attemptsLeft,
    used_at: code.usedAt,
    requested_since: code.createdAt,
    requests: 1,
  };
}

function codeOf(row: Row): OneTimeCode {
  return {
    realm: row.realm,
    accountId: row.account_id,
    purpose: readWord(row.purpose, purposes, { table: "one_time_codes", column: "purpose" }),
    id: row.id,
    accountVersion: row.account_version,
    digest: row.digest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    attemptsLeft: row.attempts_left,
    usedAt: row.used_at,
  };
}
