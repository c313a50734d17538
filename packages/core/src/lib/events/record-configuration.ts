// The configuration of a realm at a start: an event where it differs from the one recorded last, so that restarts alone write nothing.
import { toHex, utf8 } from "../kernel/bytes.ts";
import type { JsonObject, JsonValue } from "../kernel/json.ts";
import { defaultRealmPolicy } from "../realm-policy.ts";
import type { Realm } from "../realm.ts";
import { recordEvent } from "./record-event.ts";

/** Records the configuration; says whether it is another than before. */
export async function recordConfiguration(
  realm: Realm,
  configuration: { readonly issuer: string; readonly audience: string; readonly setup: JsonObject },
): Promise<boolean> {
  const detail = { ...configuration, policy: policyDifferences(realm) };
  const digest = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(detail))))).slice(
    0,
    32,
  );
  const [last] = await realm.storage.read.events.list({ realm: realm.realm, type: "realm.configured", limit: 1 });
  if (last?.detail?.["digest"] === digest) return false;
  await realm.storage.transact((tx) =>
    recordEvent(tx, {
      realm: realm.realm,
      type: "realm.configured",
      at: realm.clock.now(),
      actor: "system",
      detail: { digest, ...detail },
    }),
  );
  return true;
}

function policyDifferences({ policy }: Realm): JsonObject {
  const defaults: Readonly<Record<string, unknown>> = { ...defaultRealmPolicy };
  const differing = Object.entries(policy).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
  );
  // As it will be read again: without functions and patterns.
  return JSON.parse(JSON.stringify(Object.fromEntries(differing))) as Readonly<Record<string, JsonValue>>;
}
