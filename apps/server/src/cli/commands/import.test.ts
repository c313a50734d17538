// The command `import` on SQLite, with files as the systems export them; Django's was made by Debian's Django 3.2.25, Firebase's hash is the example of github.com/firebase/scrypt.
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inRepository } from "../../tests/support/listings.ts";
import { runCli } from "../../tests/support/run-cli.ts";
import { createSandbox, type Sandbox } from "../../tests/support/sandbox.ts";

let sandbox: Sandbox;
const cli = (words: string, stdin?: string) => runCli(sandbox, words.split(" "), stdin);
const fixture = (name: string) =>
  copyFileSync(inRepository(`apps/server/src/tests/fixtures/moving-in/${name}`), join(sandbox.folder, name));
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(sandbox.folder, name), text);

interface Report {
  readonly imported: number;
  readonly present: number;
  readonly refused: number;
  readonly skipped: number;
  readonly without_password: number;
  readonly without_log_in: number;
  readonly reasons: Readonly<Record<string, number>>;
}

interface AccountJson {
  readonly number: number;
  readonly id: string;
  readonly status: string;
  readonly roles: readonly string[];
  readonly identifiers: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

const accounts = async (realm: string) =>
  (await cli(`accounts list --realm ${realm} --json`)).json<{ items: readonly AccountJson[] }>().items;

beforeEach(async () => {
  sandbox = createSandbox({
    settings: {
      realms: {
        main: { contract: "latchkey", mount: "/v1" },
        intern: { contract: "intern", mount: "/" },
        mobile: { contract: "mobile", mount: "/" },
        rabbit: { contract: "rabbit", mount: "/" },
      },
    },
  });
  await cli("migrate");
});
afterEach(() => sandbox.remove());

describe("django", () => {
  const command = "import --realm intern --format django --superuser-role ADMIN django-users.json";

  it("a dry run says what an import then does, and writes nothing", async () => {
    fixture("django-users.json");
    const dry = await cli(`${command} --dry-run --json`);
    expect(dry.json<Report>()).toMatchObject({
      dry_run: true,
      imported: 5,
      present: 0,
      refused: 1,
      skipped: 1,
      without_password: 1,
      without_log_in: 0,
      reasons: { "username has the wrong form": 1 },
    });
    expect(await accounts("intern")).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("latchkey-dry-run-"))).toEqual([]);
    const real = await cli(`${command} --refused refused.jsonl --json`);
    expect([dry.code, real.code]).toEqual([1, 1]);
    expect({ ...real.json<Report>(), seconds: 0 }).toEqual({ ...dry.json<Report>(), dry_run: false, seconds: 0 });
    expect(JSON.parse(readFileSync(join(sandbox.folder, "refused.jsonl"), "utf8"))).toEqual({
      line: 92,
      account: { username: "JIN HO" },
      reasons: ["username has the wrong form"],
    });
  });

  it("keeps numbers, roles, status and the day of sign-up, and is repeatable", async () => {
    fixture("django-users.json");
    await cli(command);
    const found = (await accounts("intern")).toSorted((left, right) => left.number - right.number);
    expect(
      found.map(({ number, identifiers, status, roles }) => [number, identifiers["username"], status, roles]),
    ).toEqual([
      [1, "admin", "active", ["USER", "ADMIN"]],
      [22, "test01", "active", ["USER"]],
      [23, "홍길동", "active", ["USER"]],
      [24, "inactive", "disabled", ["USER"]],
      [25, "nopassword", "active", ["USER"]],
    ]);
    expect(new Set(found.map(({ created_at: at }) => at))).toEqual(new Set(["2025-03-01T09:30:15Z"]));
    const again = await cli(`${command} --json`);
    expect(again.json<Report>()).toMatchObject({ imported: 0, present: 5, refused: 1 });
    const created = await cli("accounts create --realm intern --username new --no-password --json");
    expect(created.json<AccountJson>().number).toBe(26);
  });

  it("can leave kinds out, take members as attributes, and give new numbers", async () => {
    fixture("django-users.json");
    const options = "--attribute mail=email --attribute is_staff --new-numbers";
    await cli(`import --realm intern --format django ${options} django-users.json`);
    const [first] = (await accounts("intern")).toSorted((left, right) => left.number - right.number);
    expect(first).toMatchObject({ number: 1, attributes: { mail: "admin@example.com", is_staff: true } });
    const { code, stderr } = await cli("import --realm intern --format django --identifier nick=x django-users.json");
    expect([code, stderr]).toEqual([2, expect.stringContaining("a KIND of username")]);
  });
});

describe("werkzeug", () => {
  it("takes lines of JSON, and tells which rows clash with one another, in a dry run too", async () => {
    fixture("rabbit-users.jsonl");
    for (const more of [" --dry-run", ""]) {
      const { code, stderr, stdout } = await cli(`import --realm rabbit --format werkzeug rabbit-users.jsonl${more}`);
      expect(code).toBe(1);
      expect(stdout).toContain("refused: another account has this email  1");
      expect(stderr).toContain('line 3: {"email":"LOGICAL_man@naver.com"} another account has this email');
    }
    expect(await accounts("rabbit")).toMatchObject([
      { number: 31, attributes: { username: "정재균" }, created_at: "2023-01-10T08:59:36Z" },
      { number: 40, attributes: { username: "goddessana" } },
    ]);
  });
});

describe("firebase", () => {
  it("takes an export with the project's hash parameters, and says who cannot log in", async () => {
    fixture("firebase-users.json");
    fixture("firebase-hash.json");
    const command = "import --format firebase --roles-field role --json firebase-users.json";
    const without = await cli(`${command} --dry-run`);
    expect(without.json<Report>().reasons).toEqual({
      "identifiers is missing": 1,
      "password_hash (needs --hash-config) is missing": 1,
    });
    const { code, json } = await cli(`${command} --hash-config firebase-hash.json`);
    expect([code, json<Report>()]).toMatchObject([
      1,
      { imported: 1, refused: 1, without_log_in: 1, reasons: { "identifiers is missing": 1 } },
    ]);
    expect(await accounts("main")).toMatchObject([
      {
        identifiers: { email: "user1@example.com" },
        roles: ["ADMIN"],
        attributes: { nickname: "User {1}", firebase_uid: "Wb0QH1IYz8aKxX5l1b7q3n2c4Zs1" },
        created_at: "2017-02-05T20:00:36Z",
      },
    ]);
  });
});

describe("jsonl", () => {
  it("keeps ids, statuses and every attribute", async () => {
    fixture("mobile-members.jsonl");
    const { code, stdout } = await cli("import --realm mobile --format jsonl mobile-members.jsonl");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/imported +2\n/)]);
    expect(await accounts("mobile")).toMatchObject([
      { id: "CLS9fByfifGwPy5YQWTQon", identifiers: { mobile: "+821090991005" }, attributes: { name: "손흥민" } },
      { id: "aHApG3fYurtg7VMxTEZXtp", status: "pending" },
    ]);
  });

  it("class 11: refuses records that are none of its own, with every reason, and goes on", async () => {
    const lines = [
      '{"identifiers": {"username": 5}, "number": "1", "roles": "USER", "attributes": [], "created_at": "soon", "more": 1}',
      '{"identifiers": {"username": "a"}, "password_hash": "12341234"}',
      '{"identifiers": {"username": "b"}, "password_hash": }',
      '{"identifiers": {"username": "c"}, "status": "gone", "roles": ["no role"]}',
      '{"identifiers": {"username": "good \\" } { \\\\"}}',
    ];
    write("lines.jsonl", lines.join("\n"));
    const { code, json } = await cli("import --format jsonl lines.jsonl --refused refused.jsonl --json");
    expect([code, json<Report>()]).toMatchObject([1, { imported: 1, refused: 4 }]);
    const refused = readFileSync(join(sandbox.folder, "refused.jsonl"), "utf8");
    expect(
      refused
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        line: 1,
        account: {},
        reasons: [
          "more is not known here",
          "identifiers must be a object",
          "number must be a integer",
          "roles must be a list",
          "attributes must be a object",
          "created_at has the wrong form",
        ],
      },
      {
        line: 2,
        account: { username: "a" },
        reasons: ["password_hash is of no format that can be verified here, or asks for more work than is allowed"],
      },
      { line: 3, account: {}, reasons: ["the record has the wrong form"] },
      {
        line: 4,
        account: { username: "c" },
        reasons: ["status must be one of active, pending, declined, disabled", "roles has the wrong form"],
      },
    ]);
    expect(refused).not.toContain("12341234");
  });

  it("reads standard input", async () => {
    const { code } = await cli("import --format jsonl -", '{"identifiers":{"username":"kim"}}\n');
    expect([code, (await accounts("main")).length]).toEqual([0, 1]);
  });
});

describe("a file that is none", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["cut off", '[{"model":"auth.user","pk":1,"fields":{"passw', "The file ends within what begins on line 1"],
    ["UTF-16", Buffer.from("[{}]", "utf16le"), "the record has the wrong form"],
    ["UTF-16 with its mark", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("[{}]", "utf16le")]), "not UTF-8"],
    ["empty", "", "no account in the format django"],
    ["of another format", '[{"username":"kim"}]', "its 1 records are something else"],
    ["endless", `{"a":"${"x".repeat(1_100_000)}`, "is longer than"],
  ])("%s: says so, with exit code 1", async (_, content, words) => {
    write("file.json", content);
    const { code, stderr } = await cli("import --format django file.json");
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
  });

  it("is told from a wrong command", async () => {
    expect(await cli("import --format django missing.json")).toMatchObject({ code: 1 });
    expect(await cli("import --format csv missing.json")).toMatchObject({ code: 2 });
    expect(existsSync(join(sandbox.folder, "refused.jsonl"))).toBe(false);
  });
});
