// Judges a provider's options before anything is read or written, and completes them.
import { rfc9068Claims } from "./issuance/claims-profile.ts";
import { checkMasterKey } from "./keys/master-key.ts";
import type { PasswordPepper } from "./passwords/argon2id-format.ts";
import { pepperIdPattern } from "./passwords/phc-string.ts";
import type { IdentityProviderOptions } from "./provider-options.ts";
import { completePolicy, type RealmPolicy } from "./realm-policy.ts";

const realmPattern = /^[a-z][a-z0-9-]{0,31}$/;

/** Options with their defaults. */
export interface ProviderSettings extends Omit<IdentityProviderOptions, "policy"> {
  readonly realm: string;
  readonly audience: string;
  readonly claims: NonNullable<IdentityProviderOptions["claims"]>;
  readonly policy: RealmPolicy;
}

/** Completes options. @throws TypeError that names the option for options that make no sense */
export function checkOptions(options: IdentityProviderOptions): ProviderSettings {
  const { realm = "main", issuer, audience = issuer, claims = rfc9068Claims } = options;
  if (!realmPattern.test(realm))
    throw new TypeError("realm must be lower-case letters, digits and hyphens, at most 32, beginning with a letter");
  const url = URL.parse(issuer);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new TypeError("issuer must be an absolute http(s) URL without query or fragment");
  }
  if (audience === "") throw new TypeError("audience must not be empty");
  for (const { id, secret } of options.resourceServers ?? []) {
    if (id === "" || secret.length < 16)
      throw new TypeError(`resourceServers: "${id}" needs an id and a secret of at least 16 characters`);
  }
  checkPeppers(options.passwordPeppers ?? []);
  const policy = completePolicy(options.policy ?? {});
  if (policy.signUp === "confirmation") checkConfirmationLink(options.confirmationLink);
  const sending = policy.signUp === "confirmation" ? "signUp" : policy.logInWithCode.length > 0 && "logInWithCode";
  if (sending !== false) {
    if (options.masterKey === undefined) throw new TypeError(`masterKey is needed: policy.${sending} sends codes`);
    checkMasterKey(options.masterKey);
  }
  return { ...options, realm, issuer, audience, claims, policy };
}

function checkConfirmationLink(link: string | undefined): void {
  const url = link?.includes("{number}") && link.includes("{code}") ? URL.parse(link) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(
      "confirmationLink is needed where policy.signUp is confirmation: an absolute http(s) URL with {number} and {code}",
    );
}

function checkPeppers(peppers: readonly PasswordPepper[]): void {
  const ids = new Set(peppers.map(({ id }) => id));
  if (ids.size < peppers.length) throw new TypeError("passwordPeppers names an id twice");
  for (const { id, secret } of peppers) {
    if (!pepperIdPattern.test(id)) throw new TypeError("passwordPeppers: an id has 1 to 8 letters, digits, - or _");
    if (secret.length < 16) throw new TypeError(`passwordPeppers: "${id}" needs a secret of at least 16 bytes`);
  }
}
