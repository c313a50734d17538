// From a realm's configuration to a provider that has started, together with the contract that it speaks.
import { readFile } from "node:fs/promises";
import { createIdentityProvider, defaultPasswordRule, messageTemplates } from "@latchkey/core";
import type {
  Clock,
  IdentityProvider,
  IdentityProviderOptions,
  MessageSender,
  Platform,
  RealmPolicyDifferences,
  SigningOptions,
} from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { nodePlatform } from "@latchkey/core/node";
import type { Storage } from "@latchkey/core/ports";
import { confirmationPath } from "@latchkey/contracts";
import type { WireContract } from "@latchkey/contracts";
import { ConfigurationError } from "./config/configuration-error.ts";
import type { Configuration, RealmConfiguration } from "./config/configuration.ts";
import type { PolicySettings } from "./config/settings.ts";
import { contracts } from "./contracts.ts";

/** What every realm of a server shares. */
export interface SharedParts {
  readonly storage: Storage;
  readonly masterKey: Uint8Array<ArrayBuffer>;
  readonly formerMasterKeys?: readonly Uint8Array<ArrayBuffer>[];
  readonly platform: Platform;
  readonly onBackgroundError: (error: unknown) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Absent on the command line: the server sends what it records. */
  readonly messageSender?: MessageSender;
  readonly configuration: Pick<Configuration, "file" | "passwordPeppers" | "publicUrl">;
}

/** A realm's provider and its contract. */
export interface Realm {
  readonly name: string;
  readonly mount: string;
  readonly contract: WireContract;
  readonly provider: IdentityProvider;
}

/** Creates the provider of a realm; it has not started yet. @throws ConfigurationError where core refuses the combination */
export async function createRealm(realm: RealmConfiguration, shared: SharedParts): Promise<Realm> {
  const { onBackgroundError, storage, masterKey, formerMasterKeys = [], platform, clock, messageSender } = shared;
  const { file, passwordPeppers } = shared.configuration;
  const loaded = await loadContract(realm, file);
  const contract = realm.origins === undefined ? loaded : { ...loaded, origins: realm.origins };
  refuseConfirmation(realm, contract, file);
  const options: IdentityProviderOptions = {
    realm: realm.name,
    issuer: realm.issuer,
    ...(realm.audience === undefined ? {} : { audience: realm.audience }),
    storage,
    masterKey,
    formerMasterKeys,
    signing: signingOf(realm),
    claims: contract.claims,
    policy: policyOf(contract, realm.policy),
    passwordPeppers,
    resourceServers: realm.resourceServers,
    platform,
    onBackgroundError,
    ...(clock === undefined ? {} : { clock }),
    messageSender: messageSender ?? "another_process",
    messageTemplates: { ...messageTemplates[contract.locales[0]], ...contract.messages },
    ...confirmationOf(realm, contract, shared.configuration.publicUrl),
  };
  try {
    return { name: realm.name, mount: realm.mount, contract, provider: createIdentityProvider(options) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigurationError(file, [{ path: `realms.${realm.name}`, message: error.message }]);
  }
}

function refuseConfirmation(realm: RealmConfiguration, contract: WireContract, file: string): void {
  if (realm.policy.signUp !== "confirmation" || confirmationPath(contract) !== undefined) return;
  const message = `must not be "confirmation": the contract ${contract.id} has no address for the link`;
  throw new ConfigurationError(file, [{ path: `realms.${realm.name}.policy.signUp`, message }]);
}

// The link's host comes from the configuration: a request's Host is the caller's to choose.
function confirmationOf({ mount }: RealmConfiguration, contract: WireContract, publicUrl: string) {
  const path = confirmationPath(contract);
  return path === undefined ? {} : { confirmationLink: publicUrl + (mount === "/" ? "" : mount) + path };
}

async function loadContract(realm: RealmConfiguration, file: string): Promise<WireContract> {
  const { load } = contracts[realm.contract];
  const { referenceData } = realm;
  if (referenceData === undefined) return await load();
  try {
    return await load(JSON.parse(await readFile(referenceData, "utf8")));
  } catch (error) {
    const message =
      error instanceof SyntaxError ? "is no JSON" : error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(file, [{ path: `realms.${realm.name}.referenceData`, message }]);
  }
}

/** Lets core judge every realm's options before anything is opened or made, so that a refused combination leaves nothing behind. Returns them, none started. @throws ConfigurationError */
export async function checkRealms(configuration: Configuration): Promise<readonly Realm[]> {
  const storage = createMemoryStorage();
  const masterKey = crypto.getRandomValues(new Uint8Array(32));
  const shared = {
    storage,
    masterKey,
    platform: nodePlatform(),
    configuration,
    onBackgroundError: () => {},
  };
  const realms: Realm[] = [];
  for (const realm of configuration.realms) realms.push(await createRealm(realm, shared));
  return realms;
}

function signingOf(realm: RealmConfiguration): SigningOptions {
  if (realm.secrets.length > 0) {
    const old = realm.oldSecret === undefined ? [] : [{ ...realm.oldSecret, verifyOnly: true }];
    return { algorithm: "HS256", secrets: [...realm.secrets.map((secret) => ({ secret })), ...old] };
  }
  return { algorithm: realm.signing };
}

function policyOf(
  contract: WireContract,
  { passwordRule, throttling = {}, ...settings }: PolicySettings,
): RealmPolicyDifferences {
  const { guessesPerAccount: guesses, ...limits } = throttling;
  const policy: RealmPolicyDifferences = {
    ...contract.policy,
    ...withoutUndefined(settings),
    throttling: {
      ...withoutUndefined(limits),
      ...(guesses !== undefined && { guessesPerAccount: guesses && withoutUndefined(guesses) }),
    },
  };
  if (passwordRule === undefined) return policy;
  return {
    ...policy,
    passwordRule: { ...(policy.passwordRule ?? defaultPasswordRule), ...withoutUndefined(passwordRule) },
  };
}

function withoutUndefined<T extends object>(settings: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  // Leaves out, and adds nothing.
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
