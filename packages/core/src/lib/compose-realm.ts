// Makes the parts that the use cases of one realm share of its settings. For `identity-provider.ts` alone.
import { type ProviderSettings } from "./check-options.ts";
import { CountedEvents } from "./events/counted-events.ts";
import { portableDigest } from "./introspection/authenticate-client.ts";
import { createTokenSigner } from "./issuance/sign-tokens.ts";
import { systemClock } from "./kernel/clock.ts";
import { systemRandom } from "./kernel/random.ts";
import { createKeyRing } from "./keys/key-ring.ts";
import { createImportedFormats } from "./passwords/imported/imported-formats.ts";
import { createPasswordHasher } from "./passwords/password-hasher.ts";
import { commonPasswords } from "./passwords/common-passwords.ts";
import { sharedQueue } from "./passwords/shared-queue.ts";
import { MessageOutbox } from "./messages/message-outbox.ts";
import { englishMessages } from "./messages/message-templates.ts";
import { createMessageSeal } from "./messages/seal-message.ts";
import { createCodeDigest } from "./one-time-codes/code-secret.ts";
import type { Realm } from "./realm.ts";
import { RevocationWatch } from "./revocation/revocation-watch.ts";
import { Throttle } from "./throttling/throttle.ts";
import { createTokenReader } from "./verification/read-token.ts";
import { webPlatform } from "./web-platform.ts";

/** The parts of a realm; nothing has started yet. */
export function composeRealm(settings: ProviderSettings): Realm {
  const { realm, storage, policy, claims } = settings;
  const { clock = systemClock, random = systemRandom, platform = webPlatform() } = settings;
  const onBackgroundError = settings.onBackgroundError ?? ((error: unknown) => console.error(error));
  const ring = createKeyRing({
    realm,
    storage,
    masterKeys: masterKeysOf(settings),
    jws: platform.jws,
    signing: settings.signing ?? { algorithm: "EdDSA" },
    refreshKey: claims.refreshKey,
    policy,
    clock,
    random,
    onBackgroundError,
  });
  const hasher = createPasswordHasher({
    argon2id: platform.argon2id,
    queue: sharedQueue(platform, clock),
    concurrency: platform.hashConcurrency,
    imported: createImportedFormats(platform),
    ...(settings.passwordPeppers && { peppers: settings.passwordPeppers }),
    random,
    clock,
  });
  const counted = new CountedEvents({ storage, clock, onBackgroundError });
  const reading = {
    issuer: settings.issuer,
    audience: settings.audience,
    claims,
    clockToleranceSeconds: policy.clockToleranceSeconds,
  };
  return {
    realm,
    storage,
    policy,
    clock,
    random,
    ring,
    masterKeys: masterKeysOf(settings),
    hasher,
    commonPasswords: () => commonPasswords(platform.loadCommonPasswords),
    serviceWords: [...new URL(settings.issuer).hostname.split("."), ...(policy.passwordRule.contextWords ?? [])],
    watch: new RevocationWatch({ realm, storage, clock, onKeyNews: () => ring.refresh(), onBackgroundError }),
    sign: createTokenSigner({ ...reading, accessLifetimeSeconds: policy.accessLifetimeSeconds }, ring),
    readAccessToken: createTokenReader("access", reading, ring, clock),
    readRefreshToken: createTokenReader("refresh", reading, ring, clock),
    ...composeSecrets(settings, { clock, random, counted, onBackgroundError }),
    counted,
    resourceServers: settings.resourceServers ?? [],
    digestSecret: platform.sha256 ?? portableDigest,
    provedClients: new Map(),
    confirmationLink: settings.confirmationLink ?? "",
    service: new URL(settings.issuer).host,
    onWithdraw: settings.onWithdraw ?? (async () => {}),
  };
}

function masterKeysOf({ masterKey, formerMasterKeys = [] }: ProviderSettings): readonly Uint8Array<ArrayBuffer>[] {
  return masterKey === undefined ? [] : [masterKey, ...formerMasterKeys].map((key) => new Uint8Array(key));
}

function composeSecrets(
  settings: ProviderSettings,
  shared: Pick<Realm, "clock" | "random" | "counted"> & { readonly onBackgroundError: (error: unknown) => void },
): Pick<Realm, "digestCode" | "outbox" | "messageTemplates" | "throttle"> {
  const { realm, storage, policy, messageSender: sender, messageTemplates = englishMessages } = settings;
  const masterKeys = masterKeysOf(settings);
  const seal = masterKeys.length > 0 ? createMessageSeal(masterKeys, shared.random) : undefined;
  return {
    digestCode: createCodeDigest(masterKeys[0]),
    outbox: new MessageOutbox({ realm, storage, seal, sender, ...shared }),
    messageTemplates,
    throttle: new Throttle({ realm, storage, policy: policy.throttling, masterKey: masterKeys[0], ...shared }),
  };
}
