import { createMemoryStorage } from "@latchkey/core/memory";
import { expect, it } from "vitest";
import { checkMessages } from "./check-messages.ts";

const noon = Date.UTC(2026, 0, 15, 12);

it("tells messages that were given up, why, and those that wait too long", async () => {
  const storage = createMemoryStorage();
  const check = (now: number) => checkMessages({ realms: [{ name: "mobile" } as never] }, { storage }, now);
  expect(await check(noon)).toMatchObject({ severity: "ok" });
  const message = {
    realm: "mobile",
    channel: "sms",
    accountId: null,
    sealed: "s",
    createdAt: noon,
    giveUpAt: noon + 1,
  } as const;
  await storage.transact(async (tx) => {
    await tx.messages.add({ ...message, id: "a" });
    await tx.messages.add({ ...message, id: "b" });
    await tx.messages.giveUp({ realm: "mobile", id: "a", at: noon, reason: "Twilio answered 400, error 21211" });
  });
  expect(await check(noon + 60_000)).toEqual({
    id: "messages-go-out",
    rule: "messages go out",
    standard: null,
    severity: "odd",
    found:
      "realm mobile: 1 given up, the newest 2026-01-15T12:00:00Z: Twilio answered 400, error 21211; realm mobile: 1 overdue",
    wanted: expect.any(String),
  });
});
