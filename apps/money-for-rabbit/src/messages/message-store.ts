// Messages: a table of the application's own in Latchkey's database, written in Latchkey's units of work.
import type { Account } from "@latchkey/core";
import type { Storage, Stores } from "@latchkey/core/ports";
import { kyselyOf, type OpenedStorage } from "@latchkey/storage";
import { sql, type Generated, type Kysely, type Selectable } from "kysely";

type Tables = {
  rabbit_messages: {
    readonly id: Generated<number>;
    /** Accounts are named by their ids. */
    readonly recipient_id: string;
    readonly author_id: string;
    readonly message: string;
    readonly amount: number;
    /** 0 or 1. */
    readonly is_moneybag: number;
  };
};

/** A message as it is stored. */
export type Message = Selectable<Tables["rabbit_messages"]>;

/** What somebody writes. */
export type NewMessage = Pick<Message, "message" | "amount" | "is_moneybag">;

/** The board's accounts. */
export const realm = "rabbit";

/** The messages of a board. */
export class MessageStore {
  readonly #kysely: Kysely<Tables>;
  readonly #storage: Storage;

  constructor({ storage, kysely }: OpenedStorage) {
    this.#storage = storage;
    this.#kysely = kysely.$extendTables<Tables>();
  }

  /** Makes the table where it is missing. */
  async migrate(databaseUrl: string): Promise<void> {
    const onPostgres = databaseUrl.startsWith("postgres");
    const onMysql = /^(mysql|mariadb):/.test(databaseUrl);
    await this.#kysely.schema
      .createTable("rabbit_messages")
      .ifNotExists()
      .addColumn("id", onPostgres ? "bigserial" : "integer", (column) =>
        onPostgres ? column.primaryKey() : column.primaryKey().autoIncrement(),
      )
      .addColumn("recipient_id", "varchar(22)", (column) => column.notNull())
      .addColumn("author_id", "varchar(22)", (column) => column.notNull())
      .addColumn("message", "varchar(150)", (column) => column.notNull())
      .addColumn("amount", "bigint", (column) => column.notNull())
      .addColumn("is_moneybag", "integer", (column) => column.notNull())
      .addUniqueConstraint("rabbit_messages_received", ["recipient_id", "id"])
      .addUniqueConstraint("rabbit_messages_written", ["author_id", "id"])
      .modifyEnd(onMysql ? sql`default character set utf8mb4 collate utf8mb4_bin` : sql``)
      .execute();
  }

  /** A user by number; `undefined` for nobody. */
  async user(number: number): Promise<Account | undefined> {
    return Number.isSafeInteger(number) ? this.#storage.read.accounts.byNumber({ realm, number }) : undefined;
  }

  /** Who wrote a message; `undefined` after a withdrawal. */
  async author({ author_id: id }: Message): Promise<Account | undefined> {
    return this.#storage.read.accounts.byId({ realm, id });
  }

  /** `undefined` where one of the two is gone. Both are locked, in the order of their ids, so that a withdrawal comes wholly before or wholly after. */
  async add(author: Account, recipient: Account, message: NewMessage): Promise<Message | undefined> {
    const accounts = [...new Set([author.id, recipient.id])].toSorted();
    const row = { ...message, author_id: author.id, recipient_id: recipient.id };
    return this.#storage.transact(async (tx) => {
      for (const id of accounts) if ((await tx.accounts.lock({ realm, id })) === undefined) return undefined;
      const unit = kyselyOf<Tables>(tx);
      await unit.insertInto("rabbit_messages").values(row).execute();
      // Its author is locked, so the newest one is this.
      const written = unit.selectFrom("rabbit_messages").where("author_id", "=", author.id);
      return written.selectAll().orderBy("id", "desc").limit(1).executeTakeFirstOrThrow();
    });
  }

  /** Newest first. */
  async list(recipientId: string, offset: number, limit: number): Promise<readonly Message[]> {
    return this.#received(recipientId).selectAll().orderBy("id", "desc").limit(limit).offset(offset).execute();
  }

  /** A message that somebody received. */
  async find(recipientId: string, id: number): Promise<Message | undefined> {
    return this.#received(recipientId).selectAll().where("id", "=", id).executeTakeFirst();
  }

  /** The sum of what an account was given. */
  async total(recipientId: string): Promise<number> {
    const sum = this.#received(recipientId).select(({ fn }) => fn.sum("amount").as("total"));
    return Number((await sum.executeTakeFirst())?.total ?? 0);
  }

  /** Deletes what an account wrote and received, in the unit that withdraws it. */
  async forget(tx: Stores, { id }: Account): Promise<void> {
    const messages = kyselyOf<Tables>(tx).deleteFrom("rabbit_messages");
    await messages.where(({ eb, or }) => or([eb("recipient_id", "=", id), eb("author_id", "=", id)])).execute();
  }

  #received(recipientId: string) {
    return this.#kysely.selectFrom("rabbit_messages").where("recipient_id", "=", recipientId);
  }
}
