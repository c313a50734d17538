// Makes a server's database large: copies of rows that the server itself wrote, so that this knows no column but those that must differ.
// The ids of families begin with their time: copies take times between those of the real sessions, so that these lie scattered among them.
import { randomBytes, randomInt } from "node:crypto";
import SqliteDatabase from "better-sqlite3";

/** How large. */
export interface Size {
  readonly accounts: number;
  readonly families: number;
  readonly revocations: number;
}

type Row = Readonly<Record<string, unknown>>;

const perTransaction = 50_000;
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const keptOfId = 8;
const hourMilliseconds = 3_600_000;

/** The name of a copied account; all have the password of the account that they are copies of. */
export function copiedName(number: number): string {
  return `copy-${number}`;
}

/** Fills a database that no server has open. @throws Error where it holds no account, session or revocation to copy */
export function fillDatabase(file: string, size: Size): void {
  const database = new SqliteDatabase(file);
  database.pragma("synchronous = off");
  try {
    const ids = copyAccounts(database, size.accounts);
    copyFamilies(database, size.families, ids);
    copyRevocations(database, size.revocations);
    database.exec("analyze");
    database.pragma("wal_checkpoint(truncate)");
  } finally {
    database.close();
  }
}

function copyAccounts(database: SqliteDatabase.Database, count: number): readonly string[] {
  const real = rowsOf(database, "accounts");
  const [account] = real;
  const named = (table: string) =>
    rowsOf(database, table).find((row) => row["account_id"] === account!["id"] && row["kind"] !== "number")!;
  const [identifier, credential] = [named("account_identifiers"), named("credentials")];
  const name = String(identifier["value"]);
  const insertAccount = inserter(database, "accounts", account!);
  const insertIdentifier = inserter(database, "account_identifiers", identifier);
  const insertCredential = inserter(database, "credentials", credential);
  const ids: string[] = [];
  inTransactions(database, count, (index) => {
    const id = neighbour(String(real[index % real.length]!["id"]));
    const copy = copiedName(index);
    ids.push(id);
    const identifiers = String(account!["identifiers"]).replaceAll(name, copy);
    insertAccount({ ...account, id, number: real.length + 1 + index, identifiers });
    insertIdentifier({ ...identifier, account_id: id, key: copy, value: copy });
    insertCredential({ ...credential, account_id: id });
  });
  database.prepare("update realms set last_account_number = ?").run(real.length + count);
  return ids;
}

function copyFamilies(database: SqliteDatabase.Database, count: number, accounts: readonly string[]): void {
  const real = rowsOf(database, "token_families");
  const times = real.map((row) => Number(row["created_at"])).toSorted((left, right) => left - right);
  const [from, to] = [times[0]!, times.at(-1)! + 1];
  const insert = inserter(database, "token_families", real[0]!);
  inTransactions(database, count, (index) => {
    const createdAt = randomInt(from, to);
    insert({
      ...real[index % real.length],
      id: familyId(createdAt, real[0]!["id"]),
      account_id: accounts[index % accounts.length],
      created_at: createdAt,
    });
  });
}

function copyRevocations(database: SqliteDatabase.Database, count: number): void {
  const [real] = rowsOf(database, "revocations").toReversed();
  if (real === undefined) throw new Error("no revocation to copy");
  const insert = inserter(database, "revocations", real);
  const last = Number(real["seq"]);
  const now = Date.now();
  inTransactions(database, count, (index) =>
    insert({
      ...real,
      seq: last + 1 + index,
      family_id: familyId(randomInt(now - hourMilliseconds, now), real["family_id"]),
      expires_at: now + 2 * hourMilliseconds,
    }),
  );
  database.prepare("update feed_heads set seq = ? where name = 'revocations'").run(last + count);
}

function rowsOf(database: SqliteDatabase.Database, table: string): readonly Row[] {
  return database.prepare(`select * from ${table} limit 1000`).all() as Row[];
}

function inserter(database: SqliteDatabase.Database, table: string, row: Row): (row: Row) => void {
  const columns = Object.keys(row);
  const statement = database.prepare(
    `insert into ${table} (${columns.join(", ")}) values (${columns.map((column) => `@${column}`).join(", ")})`,
  );
  return (one) => void statement.run(one);
}

function inTransactions(database: SqliteDatabase.Database, count: number, insert: (index: number) => void): void {
  for (let from = 0; from < count; from += perTransaction) {
    database.transaction(() => {
      for (let index = from; index < Math.min(from + perTransaction, count); index++) insert(index);
    })();
  }
}

/** An id of the same beginning, so that it lies near. */
function neighbour(id: string): string {
  const rest = [...randomBytes(id.length - keptOfId)].map((byte) => alphabet[byte % alphabet.length]!);
  return id.slice(0, keptOfId) + rest.join("");
}

/** A family's id, in the form in which this database keeps them. */
function familyId(createdAt: number, like: unknown): string | Buffer {
  const hex = createdAt.toString(16).padStart(12, "0") + randomBytes(5).toString("hex");
  return typeof like === "string" ? hex : Buffer.from(hex, "hex");
}
