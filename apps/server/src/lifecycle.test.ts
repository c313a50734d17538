import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { firstSignal } from "./lifecycle.ts";

function emulate() {
  const emitter = new EventEmitter();
  const exits: number[] = [];
  let time = 0;
  const signal = firstSignal(
    emitter,
    (code) => exits.push(code),
    () => time,
  );
  return { emitter, exits, signal, at: (milliseconds: number) => (time = milliseconds) };
}

describe("signals", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s asks for an orderly end", async (name) => {
    const { emitter, exits, signal } = emulate();
    emitter.emit(name);
    expect(await signal).toBe(name);
    expect(exits).toEqual([]);
  });

  it("a second one ends at once, with the exit code that shells expect", () => {
    const { emitter, exits, at } = emulate();
    emitter.emit("SIGTERM");
    at(1_000);
    emitter.emit("SIGINT");
    expect(exits).toEqual([130]);
  });

  it("the same key stroke, passed on by a package manager, is no second one", () => {
    const { emitter, exits, at } = emulate();
    emitter.emit("SIGINT");
    at(20);
    emitter.emit("SIGINT");
    expect(exits).toEqual([]);
  });
});
