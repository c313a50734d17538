import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

function capture(format: "json" | "text", level: "info" | "debug" = "info") {
  const lines: string[] = [];
  return { lines, log: createLog({ level, format }, (line) => lines.push(line)) };
}

describe("the log", () => {
  it("writes one JSON object a line, with level, time and message", () => {
    const { lines, log } = capture("json");
    log.info({ requestId: "r1" }, "Hello");
    log.debug("not this");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: "r1",
      msg: "Hello",
    });
  });

  it("redacts what nobody should have logged", () => {
    const { lines, log } = capture("json");
    log.info({ password: "p4ss", body: { refresh_token: "t0ken", headers: { authorization: "Bearer x" } } }, "Oops");
    expect(lines[0]).not.toMatch(/p4ss|t0ken|Bearer/);
  });

  it("tells of an error what it is, and nothing that a driver hangs on it", () => {
    const { lines, log } = capture("json");
    const detail = "Key (email)=(a@b.example) already exists.";
    const cause = Object.assign(new Error("duplicate"), { detail, sql: "select 's3cret'", parameters: ["s3cret"] });
    log.error({ err: Object.assign(new Error("broken", { cause }), { code: "23505", detail }) }, "Failed");
    expect(lines[0]).not.toMatch(/s3cret|a@b/);
    expect(JSON.parse(lines[0]!).err).toMatchObject({
      type: "Error",
      code: "23505",
      message: expect.stringContaining("broken"),
    });
  });

  it("keeps a value with line breaks on one line (attack class 15, log injection)", () => {
    for (const format of ["json", "text"] as const) {
      const { lines, log } = capture(format);
      log.info({ path: "/a\n12:00:00 INFO forged" }, "Asked");
      expect(lines.join("").trimEnd()).not.toContain("\n");
    }
  });

  it("is readable as text, with an error's stack below", () => {
    const { lines, log } = capture("text");
    log.error({ realm: "main", note: "two words", err: new Error("broken") }, "Failed");
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d ERROR Failed realm=main note="two words"\n {2}Error: broken\n {2} {4}at /,
    );
  });
});
