// The program itself: it starts on an empty folder, serves, and ends in order at a signal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const program = new URL("../main.ts", import.meta.url).pathname;

it("makes its database and secret, serves, and ends at SIGTERM; without a secret it refuses a server's database", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rabbit-"));
  const start = (environment: Readonly<Record<string, string>>) =>
    spawn(process.execPath, [program], { cwd: folder, env: { PATH: process.env["PATH"], PORT: "0", ...environment } });
  const child = start({});
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!said.includes("\n")) await once(child.stdout, "data");
  const address = /http:\/\/localhost:\d+/.exec(said)?.[0];
  const answer = await fetch(`${address}/api/user/1`);
  expect([answer.status, await answer.text()]).toEqual([404, '{"error": "사용자를 찾을 수 없습니다."}\n']);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(existsSync(join(folder, "data", "money-for-rabbit.db.secret"))).toBe(true);
  const refused = start({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" });
  let complaint = "";
  refused.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [code] = (await once(refused, "exit")) as [number];
  expect([code, complaint.includes("LATCHKEY_SECRET_RABBIT is needed")]).toEqual([1, true]);
});

it("ends in order when the package manager that started it is ended alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rabbit-"));
  const launch = `require("node:child_process").spawn(process.execPath, [${JSON.stringify(program)}], { stdio: "inherit" })`;
  const launcher = spawn(process.execPath, ["-e", launch], {
    argv0: "pnpm",
    cwd: folder,
    env: { PATH: process.env["PATH"], PORT: "0" },
  });
  let said = "";
  launcher.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!said.includes("\n")) await once(launcher.stdout, "data");
  launcher.kill("SIGKILL");
  // The board holds the other end of this pipe: it closes when the board has ended.
  await once(launcher.stdout, "close");
  await expect(fetch(/http:\/\/localhost:\d+/.exec(said)![0])).rejects.toThrow();
});
