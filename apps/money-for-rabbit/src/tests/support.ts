// A board for tests: an application of its own on a database of its own, asked in-process or over a socket.
import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { openBoard, type Board } from "../board.ts";
import { readSettings } from "../settings.ts";

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
  readonly json: any;
}

/** What is sent: an object becomes JSON, a text goes as it is. */
export interface Sent {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A board and how to ask it. */
export interface TestBoard extends Board {
  readonly outboxFile: string;
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Registers and logs in. */
  join(username: string): Promise<{ readonly id: number; readonly token: string }>;
}

/** The password of everybody here. */
export const password = "Vhtmxmaos123#";

/** Opens a board; over a socket where asked. */
export async function openTestBoard(
  environment: Readonly<Record<string, string>> = {},
  way: "in-process" | "socket" = "in-process",
): Promise<TestBoard> {
  const folder = mkdtempSync(join(tmpdir(), "rabbit-"));
  const outboxFile = join(folder, "mail", "outbox.jsonl");
  const databaseUrl = `sqlite:${join(folder, "board.db")}`;
  const board = await openBoard(
    readSettings({ DATABASE_URL: databaseUrl, LATCHKEY_OUTBOX_FILE: outboxFile, ...environment }),
  );
  const server = way === "socket" ? createAdaptorServer({ fetch: board.app.fetch }) : undefined;
  if (server !== undefined) await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const base = server && `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init: RequestInit) =>
    base === undefined ? board.app.request(path, init) : fetch(base + path, { ...init, redirect: "manual" });
  const send: TestBoard["send"] = async (method, path, { body, token, headers = {} } = {}) => {
    const all = new Headers(headers);
    if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
    if (token !== undefined) all.set("authorization", `Bearer ${token}`);
    const answer = await ask(path, {
      method,
      headers: all,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") === true;
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  };
  return {
    ...board,
    outboxFile,
    send,
    async join(username) {
      const email = `${crypto.randomUUID()}@example.com`;
      await send("POST", "/api/user/register", { body: { username, email, password } });
      const token = (await send("POST", "/api/user/login", { body: { email, password } })).json.access_token as string;
      return { id: JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()).sub as number, token };
    },
    async close() {
      if (server !== undefined) {
        if ("closeAllConnections" in server) server.closeAllConnections();
        await new Promise<void>((resolve) => void server.close(() => resolve()));
      }
      await board.close();
    },
  };
}
