import { describe, expect, it } from "vitest";
import { checkClock, checkNode } from "./check-runtime.ts";

const now = Date.UTC(2026, 10, 21);

describe("the machine", () => {
  it("has a Node that runs this", () => {
    expect(checkNode()).toMatchObject({ id: "node-supported", severity: "ok" });
  });

  it("has a clock that agrees with the calendar and with what was recorded", () => {
    expect(checkClock(now, now - 1_000).severity).toBe("ok");
    expect(checkClock(now, undefined).severity).toBe("ok");
    expect(checkClock(0, undefined)).toMatchObject({
      id: "clock-right",
      severity: "unsafe",
      found: "1970-01-01T00:00:00Z",
    });
    expect(checkClock(now, now + 3_600_000)).toMatchObject({
      severity: "unsafe",
      found: expect.stringContaining("a record is of"),
    });
  });
});
