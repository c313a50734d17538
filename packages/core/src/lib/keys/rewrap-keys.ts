// Encrypts the stored keys anew, under the master key that is now the first: the keys stay what they are, so nobody is logged out.
import type { Storage } from "../../ports.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { Actor } from "../provider.ts";
import { isSealedWith, openPrivateKey, sealPrivateKey } from "./master-key.ts";

/** What rewrapping needs. */
export interface Rewrapping {
  readonly realm: string;
  readonly storage: Pick<Storage, "read" | "transact">;
  /** The first encrypts; each opens. */
  readonly masterKeys: readonly Uint8Array<ArrayBuffer>[];
  readonly random: RandomBytes;
  readonly clock: Clock;
}

const attempts = 5;

/** Rewraps what an earlier master key encrypted, all of the realm in one unit, retired keys too; returns how many there were. @throws MasterKeyMismatchError */
export async function rewrapKeys(rewrapping: Rewrapping, actor: Actor): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const changes = await prepareChanges(rewrapping);
    if (changes.length === 0) return 0;
    if (await writeChanges(rewrapping, changes, actor)) return changes.length;
  }
  throw new StoreUnavailableError("The keys kept changing while they were encrypted anew");
}

interface Change {
  readonly kid: string;
  readonly from: string;
  readonly to: string;
}

async function prepareChanges({ realm, storage, masterKeys, random }: Rewrapping): Promise<readonly Change[]> {
  const [current] = masterKeys;
  if (current === undefined) return [];
  const changes: Change[] = [];
  for (const record of await storage.read.keys.list({ realm })) {
    const from = record.encryptedPrivateJwk;
    if (await isSealedWith(current, record, from)) continue;
    const to = await sealPrivateKey(current, record, await openPrivateKey(masterKeys, record, from), random);
    changes.push({ kid: record.kid, from, to });
  }
  return changes;
}

async function writeChanges(
  { realm, storage, clock }: Rewrapping,
  changes: readonly Change[],
  actor: Actor,
): Promise<boolean> {
  return storage.transact(async (tx) => {
    for (const change of changes) if (!(await tx.keys.rewrap({ realm, ...change }))) return tx.abort(false);
    await tx.events.append({
      realm,
      type: "key.rewrapped",
      at: clock.now(),
      actor: actor.kind,
      ...(actor.accountId !== undefined && { actorAccountId: actor.accountId }),
      detail: { keys: changes.length },
    });
    return true;
  });
}
