import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { ServerType } from "@hono/node-server";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMountedRealm } from "./testing/test-realm.ts";

// What only a real connection shows: repeated and malformed headers, lengths that lie, chunked bodies.
const realm = createMountedRealm();
let server: ServerType;
let port: number;
beforeAll(async () => {
  port = await new Promise((resolve) => {
    server = serve({ fetch: realm.app.fetch, port: 0, hostname: "127.0.0.1" }, (info: AddressInfo) =>
      resolve(info.port),
    );
  });
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await realm.close();
});

function exchange(head: readonly string[], body = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (bytes) => (answer += bytes.toString("utf8")));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.write(Buffer.from([...head, "Host: localhost", "Connection: close", "", body].join("\r\n"), "latin1"));
  });
}

describe("over a socket", () => {
  it.each([
    ["two Authorization headers", ["GET /v1/me HTTP/1.1", "Authorization: Bearer a", "Authorization: Bearer b"], 400],
    ["bytes beyond ASCII in Authorization", ["GET /v1/me HTTP/1.1", "Authorization: Bearer \u00ff\u00fe"], 401],
    [
      "bytes beyond ASCII in other headers",
      [
        "GET /v1/me HTTP/1.1",
        "X-Request-Id: \u00ff\u00fe\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "User-Agent: \u00ff",
        "Accept-Language: \u00ff",
      ],
      401,
    ],
    [
      "two content types",
      ["POST /v1/login HTTP/1.1", "Content-Type: application/json", "Content-Type: text/plain", "Content-Length: 2"],
      415,
    ],
    [
      "a declared length of 2 MB",
      ["POST /v1/login HTTP/1.1", "Content-Type: application/json", "Content-Length: 2000000"],
      413,
    ],
    ["an empty body", ["POST /v1/login HTTP/1.1", "Content-Type: application/json", "Content-Length: 0"], 400],
    ["no body at all", ["POST /v1/login HTTP/1.1"], 400],
    ["another method", ["TRACE /v1/me HTTP/1.1"], 405],
    ["an encoded slash", ["GET /v1/me%2fsessions HTTP/1.1"], 404],
    ["an encoded NUL", ["GET /v1/me%00 HTTP/1.1"], 404],
    ["a malformed escape", ["GET /v1/%zz HTTP/1.1"], 404],
  ] as const)("class 11: %s", async (_name, head, status) => {
    const answer = await exchange(head, status === 415 ? "{}" : "");
    expect(answer.split("\r\n", 1)[0]).toContain(` ${status} `);
    expect(answer).toContain('{"error":{"code":"');
  });

  it("class 11: a chunked body is cut off at the limit", async () => {
    const head = ["POST /v1/login HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked"];
    const chunk = " ".repeat(70_000);
    expect(await exchange(head, `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`)).toContain(" 413 ");
    expect(await exchange(head, '23\r\n{"username":"nobody","password":""}\r\n0\r\n\r\n')).toContain(
      '"fields":{"password"',
    );
  });

  it("log-out by Bearer needs no body", async () => {
    const { access_token } = await realm.signUp("socket");
    expect(await exchange(["POST /v1/logout HTTP/1.1", `Authorization: Bearer ${access_token}`])).toContain(" 204 ");
  });
});
