// What a pool says of itself, for metrics.
import { describe, expect, test } from "vitest";
import { serverDialects } from "../../testing/server-dialects.ts";

describe.each(serverDialects)("$name", ({ server, open }) => {
  test.skipIf(server.missing)(`the pool tells who has a connection and who waits ${server.missing ?? ""}`, async () => {
    const database = await server.create();
    const { storage, kysely, load } = await open(database.url, { maxConnections: 2 });
    const held = Promise.withResolvers<void>();
    const both = Promise.withResolvers<void>();
    let holders = 0;
    const borrowers = Array.from({ length: 5 }, () =>
      kysely.connection().execute(async () => {
        if (++holders === 2) both.resolve();
        await held.promise;
      }),
    );
    await both.promise;
    expect(load()).toEqual({ kind: "pool", asked: 5, inUse: 2, maximum: 2 });
    held.resolve();
    await Promise.all(borrowers);
    expect(load()).toEqual({ kind: "pool", asked: 0, inUse: 0, maximum: 2 });
    await storage.close();
  });
});
