import { expect, test } from "vitest";
import { abandonedDatabases } from "./test-servers.ts";

test("databases of runs that were killed are known by the time in their names, and nobody else's are touched", () => {
  const now = Date.UTC(2026, 10, 21);
  const made = (hoursAgo: number): string => `latchkey_test_${(now - hoursAgo * 3_600_000).toString(36)}_1a2b3c4d`;
  const others = [
    "latchkey",
    "latchkey_test",
    "postgres",
    "latchkey_test_0123456789ab",
    `x${made(48)}`,
    `${made(48)}"; --`,
  ];
  expect(abandonedDatabases([...others, made(-1), made(1), made(23), made(25), made(48)], now)).toEqual([
    made(25),
    made(48),
  ]);
});
