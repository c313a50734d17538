// One HTTP/1.1 connection that sends a request and waits for its answer, again and again. As little as measuring needs, so that the load never is the limit:
// answers with Content-Length, one at a time. Must not know what is asked.
import { connect, type Socket } from "node:net";

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const endOfHead = "\r\n\r\n";
const lengthHeader = /\r\ncontent-length: *(\d+)/i;

/** A connection. Every fault of it rejects the exchange under way. */
export class HttpExchange {
  readonly #socket: Socket;
  #received = "";
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    // Bodies here are ASCII; a byte is a character, so lengths are right whatever they are.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: unknown) => this.#take(chunk as string));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects to a port of this machine. */
  static open(port: number): Promise<HttpExchange> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpExchange(socket));
      });
    });
  }

  /** Sends a whole request and resolves with its answer. */
  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    const text = this.#received === "" ? chunk : this.#received + chunk;
    const end = text.indexOf(endOfHead);
    const length = end < 0 ? undefined : bodyLength(text.slice(0, end));
    if (length instanceof Error) {
      this.#fail(length);
      return;
    }
    if (length === undefined || text.length < end + endOfHead.length + length) {
      this.#received = text;
      return;
    }
    this.#received = "";
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve({ status: Number(text.slice(9, 12)), body: text.slice(end + endOfHead.length) });
  }

  #fail(error: Error): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}

function bodyLength(head: string): number | Error {
  const length = lengthHeader.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  return head.startsWith("HTTP/1.1 204") ? 0 : new Error(`an answer without Content-Length:\n${head}`);
}
