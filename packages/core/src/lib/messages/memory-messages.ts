// The messages' part of the memory storage.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { MessageReader, MessageStore, UndeliverableMessage, WaitingMessage } from "./message-store.ts";

/** The outbox of a memory storage. */
export interface MemoryMessages {
  readonly reader: MessageReader;
  within(unit: Unit): MessageStore;
}

type Row = { readonly waiting: WaitingMessage } | { readonly ended: UndeliverableMessage };

/** Creates the messages' part of a memory storage. */
export function createMemoryMessages(): MemoryMessages {
  const messages = new Table<Row>();
  return {
    reader: readerOver(messages),
    within(unit) {
      const draft = unit.draft(messages);
      const waitingAt = (realm: string, id: string): WaitingMessage | undefined => {
        const row = draft.get(rowKey(realm, id));
        return row !== undefined && "waiting" in row ? row.waiting : undefined;
      };
      const put = (row: Row): void => {
        const { realm, id } = "waiting" in row ? row.waiting : row.ended;
        draft.set(rowKey(realm, id), frozen(row));
      };
      return {
        ...readerOver(draft),
        add: async (message) => put({ waiting: { ...message, attempts: 0, nextAttemptAt: message.createdAt } }),
        claim: async ({ realm, id, attempts, until }) => {
          const waiting = waitingAt(realm, id);
          if (waiting?.attempts !== attempts) return false;
          put({ waiting: { ...waiting, attempts: attempts + 1, nextAttemptAt: until } });
          return true;
        },
        postpone: async ({ realm, id, attempts, nextAttemptAt }) => {
          const waiting = waitingAt(realm, id);
          if (waiting?.attempts === attempts) put({ waiting: { ...waiting, nextAttemptAt } });
        },
        remove: async ({ realm, id }) => draft.delete(rowKey(realm, id)),
        giveUp: async ({ realm, id, at, reason }) => {
          const waiting = waitingAt(realm, id);
          if (waiting === undefined) return false;
          const { channel, accountId, createdAt, attempts } = waiting;
          put({ ended: { realm, id, channel, accountId, createdAt, attempts, failedAt: at, reason } });
          return true;
        },
        purge: async ({ before, limit }) => {
          const old = [...draft.all()].flatMap((row) =>
            "ended" in row && row.ended.failedAt < before ? [row.ended] : [],
          );
          const gone = old.slice(0, limit);
          for (const { realm, id } of gone) draft.delete(rowKey(realm, id));
          return gone.length;
        },
      };
    },
  };
}

function readerOver(messages: Rows<Row>): MessageReader {
  return {
    due: async ({ realm, now, limit }) =>
      [...messages.all()]
        .flatMap((row) => ("waiting" in row ? [row.waiting] : []))
        .filter((message) => message.realm === realm && message.nextAttemptAt <= now)
        .sort((left, right) => left.nextAttemptAt - right.nextAttemptAt || (left.id < right.id ? -1 : 1))
        .slice(0, limit),
    undeliverable: async ({ realm, limit }) =>
      [...messages.all()]
        .flatMap((row) => ("ended" in row && row.ended.realm === realm ? [row.ended] : []))
        .sort((left, right) => right.failedAt - left.failedAt || (left.id < right.id ? 1 : -1))
        .slice(0, limit),
  };
}
