// What operators do: read how far an account, an address or a recipient has used its limits up, and begin them anew.
import { enterIdentifiers } from "../accounts/enter-identifiers.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import type { Actor, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { addressGroup } from "./address-group.ts";
import { guessMeters } from "./guess.ts";
import { clear, recipientOf, subjectOf, type Meter } from "./meter.ts";
import { refusedUntil } from "./tally-rules.ts";
import type { ThrottleState, ThrottleSubject } from "./throttle-state.ts";

type Described = { readonly meter: Meter } & Pick<ThrottleState, "authenticator" | "from">;

/** The state of every limit of a subject. */
export async function readThrottle(realm: Realm, subject: ThrottleSubject): Promise<readonly ThrottleState[]> {
  const now = realm.clock.now();
  const states: ThrottleState[] = [];
  for (const { meter, ...whose } of await metersOf(realm, subject)) {
    const { limit, place, rule } = meter;
    const tally = await realm.storage.read.throttles.find(place);
    const count = tally === undefined || tally.expiresAt <= now ? 0 : tally.count;
    states.push({ limit, ...whose, count, most: rule.most, refusedUntil: refusedUntil(rule, tally, now) ?? null });
  }
  return states;
}

/** Begins every limit of a subject anew. Other processes may refuse for a second more. */
export async function resetThrottle(
  realm: Realm,
  subject: ThrottleSubject,
  actor: Actor,
  context: RequestContext,
): Promise<void> {
  const meters = await metersOf(realm, subject);
  const at = realm.clock.now();
  const accountId = "accountId" in subject ? { accountId: subject.accountId } : undefined;
  const detail = "address" in subject ? { address: addressGroup(subject.address) } : {};
  await realm.storage.transact(async (tx) => {
    for (const { meter } of meters) await clear(tx, meter.place, at);
    await recordEvent(
      tx,
      { realm: realm.realm, type: "throttle.reset", at, ...actedBy(actor), ...accountId, detail },
      context,
    );
  });
  realm.throttle.memory.clear();
}

async function metersOf({ throttle, policy }: Realm, subject: ThrottleSubject): Promise<readonly Described[]> {
  const described: Described[] = [];
  const add = (meter: Meter | undefined): void => void (meter && described.push({ meter }));
  if ("accountId" in subject) {
    if (policy.throttling.guessesPerAccount === null) return [];
    for (const authenticator of ["password", "one_time_code"] as const) {
      const { known, everybody } = guessMeters(throttle, authenticator, ["account", subject.accountId]);
      described.push({ meter: known, authenticator, from: "known_addresses" });
      described.push({ meter: everybody, authenticator, from: "everybody" });
    }
  } else if ("address" in subject) {
    const limits = ["failuresPerAddress", "messagesPerAddress", "signUpsPerAddress", "logInsPerAddress"] as const;
    for (const limit of limits) add(throttle.meter(limit, addressGroup(subject.address)));
  } else {
    const { kind, identifier } = subject.recipient;
    for (const { key } of enterIdentifiers({ [kind]: identifier }, policy))
      add(throttle.meter("messagesPerRecipient", recipientOf(subjectOf(kind, key, ""))));
  }
  return described;
}
