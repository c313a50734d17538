// Costs without HTTP, each asked for by name: verification by a provider on a SQLite file, and the raw operations that nothing can do without.
// Argument: a folder for the databases. Answers operations per second.
import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { join } from "node:path";
import { hashRawSync } from "@node-rs/argon2";
import { serveParent } from "../child/serve-parent.ts";
import { joseVerification, resourceServerVerification } from "../in-process/resource-server.ts";
import { committedRow, knownTokenVerification } from "../in-process/with-database.ts";

/** Runs so many operations. */
type Batch = (count: number) => void | Promise<void>;

interface Question {
  readonly cost: string;
  readonly milliseconds: number;
}

const folder = process.argv[2]!;
const input = Buffer.from("x".repeat(400));

const costs: Readonly<Record<string, () => Batch | Promise<Batch>>> = {
  "verify-known": () => knownTokenVerification(join(folder, "provider.db"), "same"),
  "verify-known-fresh": () => knownTokenVerification(join(folder, "provider-fresh.db"), "fresh"),
  "resource-server-known": () => resourceServerVerification("known"),
  "resource-server-unknown": () => resourceServerVerification("unknown"),
  "jose-verify": () => joseVerification(),
  "committed-row": () => committedRow(join(folder, "row.db")),
  "sign-eddsa": () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    return repeat(() => sign(null, input, privateKey));
  },
  "verify-eddsa": () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const signature = sign(null, input, privateKey);
    return repeat(() => verify(null, input, publicKey, signature));
  },
  "mac-hs256": () => {
    const key = createSecretKey(randomBytes(32));
    return repeat(() => createHmac("sha256", key).update(input).digest());
  },
  argon2id: () => {
    const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32, salt: randomBytes(16) };
    return repeat(() => hashRawSync(randomBytes(28), parameters));
  },
};

const prepared = new Map<string, Batch>();

serveParent<Question, number>(async ({ cost, milliseconds }) => {
  const make = costs[cost];
  if (make === undefined) throw new TypeError(`no cost is called ${cost}`);
  const batch = prepared.get(cost) ?? (await make());
  prepared.set(cost, batch);
  // Sizes a batch to some 20 ms, warming up on the way.
  let size = 1;
  for (;;) {
    const took = await timed(batch, size);
    if (took >= 20 || size >= 1e7) break;
    size *= 2;
  }
  let done = 0;
  let spent = 0;
  while (spent < milliseconds) {
    spent += await timed(batch, size);
    done += size;
  }
  return (done / spent) * 1000;
});

async function timed(batch: Batch, count: number): Promise<number> {
  const begun = performance.now();
  await batch(count);
  return performance.now() - begun;
}

function repeat(operation: () => unknown): Batch {
  return (count) => {
    for (let done = 0; done < count; done++) operation();
  };
}
