// What every store promises of keys: of two processes that add the same ordinal, exactly one succeeds.
import { equal, equalSets } from "../conformance/assert.ts";
import { range, type Cases, type Suite } from "../conformance/kit.ts";
import { newKey, noon } from "../conformance/samples.ts";

/** The conformance suite of the keys' part of the port. */
export const keysSuite: Suite = { title: "keys", groups: [adding, rewrapping, ending] };

function adding({ check }: Cases): void {
  check(
    "keys read back as they were added, and those of another realm are not listed",
    async ({ storage, other, realm }) => {
      const keys = [
        newKey(realm, { activatesAt: Number.MAX_SAFE_INTEGER }),
        newKey(realm, { ordinal: 2, algorithm: "RS256", publicJwk: { kty: "RSA", n: "0".repeat(683), e: "AQAB" } }),
        newKey(realm, { use: "refresh", algorithm: "HS256", publicJwk: null, encryptedPrivateJwk: "s".repeat(4000) }),
      ];
      const elsewhere = newKey(`${realm}x`);
      const added = await storage.transact(async (tx) => {
        const outcomes = [];
        for (const key of [...keys, elsewhere]) outcomes.push(await tx.keys.add(key));
        return [...outcomes, (await tx.keys.list({ realm })).length];
      });
      equal(added, [true, true, true, true, 3], "the outcomes, and the number that the unit sees");
      equalSets(await storage.read.keys.list({ realm }), keys, "the realm's keys");
      equalSets(await other.read.keys.list({ realm }), keys, "the realm's keys in another process");
      equal(await storage.read.keys.list({ realm: `${realm}x` }), [elsewhere], "another realm's keys");
    },
  );

  check("a taken ordinal or kid is refused, and the unit goes on", async ({ storage, realm }) => {
    const first = newKey(realm);
    await storage.transact((tx) => tx.keys.add(first));
    const later = newKey(realm, { ordinal: 2 });
    const outcomes = await storage.transact(async (tx) => [
      await tx.keys.add(newKey(realm)),
      await tx.keys.add(newKey(realm, { kid: first.kid, ordinal: 3 })),
      await tx.keys.add(later),
    ]);
    equal(outcomes, [false, false, true], "the outcomes");
    equalSets(await storage.read.keys.list({ realm }), [first, later], "the keys");
  });

  check("of 8 parallel processes that add the same ordinal exactly one succeeds", async ({ storage, other, realm }) => {
    const outcomes = await Promise.all(
      range(8).map((index) => (index % 2 === 0 ? storage : other).transact((tx) => tx.keys.add(newKey(realm)))),
    );
    equal(outcomes.filter(Boolean).length, 1, "the number of winners");
    equal((await storage.read.keys.list({ realm })).length, 1, "the number of keys");
  });
}

function rewrapping({ check }: Cases): void {
  check("a private part is replaced where it still is the one that was read", async ({ storage, realm }) => {
    const [key, stays] = [newKey(realm, { encryptedPrivateJwk: "Sealed" }), newKey(realm, { ordinal: 2 })];
    const { kid } = key;
    const outcomes = await storage.transact(async (tx) => [
      await tx.keys.add(key),
      await tx.keys.add(stays),
      await tx.keys.rewrap({ realm: `${realm}x`, kid, from: "Sealed", to: "anew" }),
      await tx.keys.rewrap({ realm, kid: `${kid}x`, from: "Sealed", to: "anew" }),
      await tx.keys.rewrap({ realm, kid, from: "sealed", to: "anew" }),
      await tx.keys.rewrap({ realm, kid, from: "Sealed", to: "anew" }),
      await tx.keys.rewrap({ realm, kid, from: "Sealed", to: "again" }),
    ]);
    equal(outcomes, [true, true, false, false, false, true, false], "the outcomes");
    equalSets(await storage.read.keys.list({ realm }), [{ ...key, encryptedPrivateJwk: "anew" }, stays], "the keys");
  });
}

function ending({ check }: Cases): void {
  check("a key is retired once, and removed once", async ({ storage, realm }) => {
    const [key, stays] = [newKey(realm), newKey(realm, { ordinal: 2 })];
    const { kid } = key;
    const outcomes = await storage.transact(async (tx) => [
      await tx.keys.add(key),
      await tx.keys.add(stays),
      await tx.keys.retire({ realm: `${realm}x`, kid, at: noon }),
      await tx.keys.retire({ realm, kid: `${kid}x`, at: noon }),
      await tx.keys.retire({ realm, kid, at: noon + 1 }),
      await tx.keys.retire({ realm, kid, at: noon + 2 }),
    ]);
    equal(outcomes, [true, true, false, false, true, false], "the outcomes of retiring");
    equalSets(await storage.read.keys.list({ realm }), [{ ...key, retiredAt: noon + 1 }, stays], "the keys");
    const removed = await storage.transact(async (tx) => [
      await tx.keys.remove({ realm: `${realm}x`, kid }),
      await tx.keys.remove({ realm, kid }),
      await tx.keys.remove({ realm, kid }),
    ]);
    equal(removed, [false, true, false], "the outcomes of removing");
    equal(await storage.read.keys.list({ realm }), [stays], "the keys that stay");
  });
}
