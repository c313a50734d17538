// The board on PostgreSQL and MySQL/MariaDB, by DATABASE_URL alone: emoji, numbers, sums, pages, and a withdrawal that races.
import { randomBytes } from "node:crypto";
import { openStorage } from "@latchkey/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestBoard, type TestBoard } from "./support.ts";

const servers = [
  {
    variable: "LATCHKEY_TEST_POSTGRES",
    at(base: string, schema: string) {
      const url = new URL(base);
      url.searchParams.set("options", `-c search_path=${schema}`);
      return url.href.replaceAll("+", "%20");
    },
  },
  {
    variable: "LATCHKEY_TEST_MYSQL",
    at: (base: string, schema: string) => Object.assign(new URL(base), { pathname: `/${schema}` }).href,
  },
] as const;

describe.each(servers)("$variable", ({ variable, at }) => {
  const base = process.env[variable] ?? "";
  if (base === "" && process.env["CI"] !== undefined) throw new Error(`CI must set ${variable}`);
  const missing = base === "" ? `skipped: set ${variable} to the URL of a server, as .ci/services.sh does` : "";

  describe.skipIf(base === "")(`the board ${missing}`, () => {
    const schema = `latchkey_test_${randomBytes(6).toString("hex")}`;
    const note = { message: "🐇 m", amount: 2_000_000_000, is_moneybag: true };
    let board: TestBoard;
    const inDatabase = async (work: "createSchema" | "dropSchema") => {
      const { kysely, storage } = await openStorage(base);
      const drop =
        variable === "LATCHKEY_TEST_POSTGRES"
          ? kysely.schema.dropSchema(schema).cascade()
          : kysely.schema.dropSchema(schema);
      await (work === "createSchema" ? kysely.schema.createSchema(schema) : drop).execute();
      await storage.close();
    };
    beforeAll(async () => {
      await inDatabase("createSchema");
      const secret = randomBytes(32).toString("base64url");
      board = await openTestBoard({ DATABASE_URL: at(base, schema), LATCHKEY_SECRET_RABBIT: secret });
    });
    afterAll(async () => {
      await board?.close();
      await inDatabase("dropSchema");
    });

    it("keeps messages, sums and pages", async () => {
      const [kim, lee] = [await board.join("정재균"), await board.join("lee")];
      const path = `/api/user/${kim.id}/messages`;
      const written = await Promise.all(
        Array.from({ length: 7 }, () => board.send("POST", path, { body: note, token: lee.token })),
      );
      const ids = written.map(({ json }) => json.id as number).toSorted((left, right) => left - right);
      expect([new Set(ids).size, written.map(({ status }) => status)]).toEqual([7, Array(7).fill(201)]);
      const list = await board.send("GET", path, { token: kim.token });
      expect(list.json.user_info.total_amount).toBe(14_000_000_000);
      expect(list.json.messages.map((one: { id: number }) => one.id)).toEqual(ids.toReversed().slice(0, 6));
      const item = { id: ids[0], ...note, image_name: "Money_99999.png", author_name: "lee" };
      expect((await board.send("GET", `${path}/${ids[0]}`, { token: kim.token })).json).toEqual(item);
    });

    it("class 1: a withdrawal leaves no message behind, whatever races it", async () => {
      const kim = await board.join("kim");
      for (let round = 0; round < 3; round++) {
        const friend = await board.join("friend");
        const pairs = [
          [kim, friend],
          [friend, kim],
          [kim, friend],
          [friend, kim],
        ] as const;
        const answers = await Promise.all([
          ...pairs.map(([from, to]) =>
            board.send("POST", `/api/user/${to.id}/messages`, { body: note, token: from.token }),
          ),
          board.send("DELETE", "/api/user/withdraw", { body: { username: "friend" }, token: friend.token }),
        ]);
        expect(answers.at(-1)?.status).toBe(204);
        for (const { status } of answers) expect([201, 204, 400]).toContain(status);
      }
      const { json } = await board.send("GET", `/api/user/${kim.id}`);
      expect(json.user_info).toEqual({ username: "kim", total_amount: 0 });
    });
  });
});
