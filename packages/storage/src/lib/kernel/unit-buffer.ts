// What a unit collects to write as its last statements. Belongs to one unit and refuses everything after it.
// Must not know what it holds.
import { UnitEndedError } from "./storage-error.ts";

/** A list that ends with its unit. */
export class UnitBuffer<Item> {
  #items: Item[] = [];
  #isOpen = true;

  /** @throws UnitEndedError after the unit. */
  add(items: readonly Item[]): void {
    if (!this.#isOpen) throw new UnitEndedError("its last statements have run");
    this.#items.push(...items);
  }

  /** Hands over what was added and refuses more. */
  end(): readonly Item[] {
    const items = this.#items;
    this.#items = [];
    this.#isOpen = false;
    return items;
  }
}
