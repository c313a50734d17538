import { afterEach, describe, expect, it, vi } from "vitest";
import { StoreUnavailableError } from "@latchkey/core/errors";
import { ChangeToken } from "./change-token.ts";

afterEach(() => vi.restoreAllMocks());

/** A database in which another process commits, and the machine's clock. */
function scene() {
  const state = { now: 0, commits: 0, looks: 0, broken: false };
  vi.spyOn(performance, "now").mockImplementation(() => state.now);
  const token = new ChangeToken(() => {
    if (state.broken) throw new StoreUnavailableError("The disk is gone");
    state.looks++;
    return state.commits;
  });
  return { state, token };
}

describe("class 7: a commit of another process", () => {
  it("is seen by whoever asks 25 µs after the last look", () => {
    const { state, token } = scene();
    expect(token.current()).toBe(0);
    state.commits++;
    state.now = 0.024;
    expect(token.current()).toBe(0);
    state.now = 0.025;
    expect(token.current()).toBe(1);
    expect(state.looks).toBe(2);
  });

  it("is looked for once in a poll, after the poll has begun", () => {
    const { state, token } = scene();
    token.current();
    state.commits++;
    token.beginPoll();
    expect(token.current()).toBe(1);
    state.commits++;
    state.now = 0.9;
    expect(token.current()).toBe(1);
    expect(state.looks).toBe(2);
  });

  it("is seen by the first request of the next poll, and by whoever asks after the poll", () => {
    const { state, token } = scene();
    token.beginPoll();
    token.current();
    token.endPoll();
    state.commits++;
    token.beginPoll();
    expect(token.current()).toBe(1);
    token.endPoll();
    state.commits++;
    state.now = 0.025;
    expect(token.current()).toBe(2);
  });

  it("is seen within a millisecond, however long the poll is", () => {
    const { state, token } = scene();
    token.beginPoll();
    token.current();
    state.commits++;
    state.now = 0.999;
    expect(token.current()).toBe(0);
    state.now = 1;
    expect(token.current()).toBe(1);
  });
});

it("fails for everybody in a poll while the file cannot be read", () => {
  const { state, token } = scene();
  token.current();
  token.beginPoll();
  state.broken = true;
  expect(token.current).toThrow(StoreUnavailableError);
  expect(token.current).toThrow(StoreUnavailableError);
  state.broken = false;
  expect(token.current()).toBe(0);
});
