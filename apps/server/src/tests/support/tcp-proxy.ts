// Stands between a server and its database and cuts the line where a test says: before an answer comes back, or altogether.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A proxy. */
export interface TcpProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** Lets the next request that is meant reach the server, and cuts its connection when the answer comes, before it is passed on. Resolves when it is cut. */
  cutAnswerTo(isMeant: (request: Buffer) => boolean): Promise<void>;
  /** Cuts every connection and refuses new ones until {@link restore}. */
  goAway(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Opens a proxy before the server of a database URL. */
export async function openTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const port = Number(target.port === "" ? (target.protocol.startsWith("postgres") ? 5432 : 3306) : target.port);
  const lines = new Set<readonly [Socket, Socket]>();
  let isAway = false;
  let armed: { readonly isMeant: (request: Buffer) => boolean; readonly onCut: () => void } | undefined;
  const server = createServer((client) => {
    if (isAway) return void client.destroy();
    const upstream = connect(port, target.hostname);
    const line = [client, upstream] as const;
    lines.add(line);
    let cut: (() => void) | undefined;
    const end = (): void => {
      for (const socket of line) socket.destroy();
      lines.delete(line);
    };
    for (const socket of line) socket.on("error", end).on("close", end);
    client.on("data", (chunk) => {
      if (armed !== undefined && armed.isMeant(chunk)) {
        cut = armed.onCut;
        armed = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (cut === undefined) return void client.write(chunk);
      end();
      cut();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = (): void => {
    for (const line of lines) for (const socket of line) socket.destroy();
  };
  return {
    url: url.href,
    cutAnswerTo: (isMeant) => new Promise((onCut) => (armed = { isMeant, onCut })),
    goAway() {
      isAway = true;
      cutAll();
    },
    restore: () => void (isAway = false),
    async close() {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}
