// The events' part of the memory storage: a log whose numbers are taken when the unit commits.
import { frozen } from "../memory/frozen.ts";
import { Table } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { EventReader, EventStore, IdentityEvent, NewEvent } from "./event-store.ts";

/** The events of a memory storage. */
export interface MemoryEvents {
  readonly reader: EventReader;
  within(unit: Unit): EventStore;
}

const headKey = "head";

/** Creates the events' part of a memory storage. */
export function createMemoryEvents(): MemoryEvents {
  const events = new Table<IdentityEvent>();
  const heads = new Table<number>();
  const head = (): number => heads.get(headKey) ?? 0;
  const reader: EventReader = {
    list: async ({ realm, type, accountId, from = -Infinity, until = Infinity, before, limit }) => {
      const found: IdentityEvent[] = [];
      for (let seq = Math.min(before ?? Infinity, head() + 1) - 1; seq > 0 && found.length < limit; seq--) {
        const event = events.get(seq);
        if (event?.realm !== realm) continue;
        if (type !== undefined && event.type !== type) continue;
        if (accountId !== undefined && event.accountId !== accountId) continue;
        if (event.at < from || event.at >= until) continue;
        found.push(event);
      }
      return found;
    },
  };
  return {
    reader,
    within(unit) {
      const appended: NewEvent[] = [];
      const number = (): void => {
        const draft = unit.draft(events);
        appended.forEach((event, index) => {
          const seq = head() + 1 + index;
          draft.set(seq, frozen({ ...event, seq }));
        });
        unit.draft(heads).set(headKey, head() + appended.length);
      };
      return {
        ...reader,
        append: async (event) => {
          if (appended.length === 0) unit.last(number);
          appended.push(event);
        },
        purge: async ({ realm, before, limit }) => {
          const draft = unit.draft(events);
          const first = [...draft.all()]
            .filter((event) => event.realm === realm)
            .sort((left, right) => left.seq - right.seq)
            .slice(0, limit);
          const gone = first.filter(({ at }) => at < before);
          for (const { seq } of gone) draft.delete(seq);
          return gone.length;
        },
      };
    },
  };
}
