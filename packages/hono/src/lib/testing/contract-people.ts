// Accounts of any contract's realm, with whatever its identifier rules ask for, and the requests that its table describes, made for one of them.
import type { AnyWireOperation, WireContract, WireField } from "@latchkey/contracts";
import type { IdentityProvider, JsonValue, RealmPolicy } from "@latchkey/core";
import { defaultRealmPolicy } from "@latchkey/core";
import { fieldsOf, sourceOf } from "../request/compile-fields.ts";

/** An account that is logged in. */
export interface Person {
  readonly id: string;
  readonly number: number;
  readonly sessionId: string;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly password: string;
  readonly access: string;
  readonly refresh: string;
}

/** Tokens that a request presents, in its header or in its fields. */
export interface Presented {
  readonly access?: string;
  readonly refresh?: string;
}

/** The contract's whole policy. */
export const policyOf = (contract: WireContract): RealmPolicy => ({ ...defaultRealmPolicy, ...contract.policy });

let people = 0;

/** A password that every contract takes, and nobody else has. */
export const newPassword = (): string => `Vhtm-${crypto.randomUUID()}-9Q!`;

/** Identifiers that nobody has, one of each kind. */
export function newIdentifiers(contract: WireContract, name: string): Record<string, string> {
  const each = ++people;
  const values = {
    username: `${name}${each}`,
    email: `${name}${each}@example.com`,
    mobile: `+8210${String(20_000_000 + each)}`,
    text: `${name}${each}`,
  };
  const { identifiers } = policyOf(contract);
  return Object.fromEntries(Object.entries(identifiers).map(([kind, { syntax }]) => [kind, values[syntax]]));
}

/** Creates an account and logs it in. */
export async function createPerson(
  { provider }: { readonly provider: IdentityProvider },
  contract: WireContract,
  name: string,
  roles?: readonly string[],
): Promise<Person> {
  const identifiers = newIdentifiers(contract, name);
  const password = newPassword();
  const attributes = { nickname: name, username: name, name };
  const input = { identifiers, attributes, password, ...(roles !== undefined && { roles }) };
  const { id, number } = await provider.createAccount(input, { kind: "operator" });
  const kind = policyOf(contract).logInWith[0]!;
  const { tokens } = await provider.logIn({ identifier: identifiers[kind]!, kind, password });
  const sessionId = (await provider.listAccountSessions(id)).items[0]!.id;
  const { accessToken: access, refreshToken: refresh } = tokens;
  return { id, number, sessionId, identifiers, attributes, password, access, refresh };
}

/** Who asks, with which tokens, for whom. */
export interface Asking {
  readonly own: Person;
  readonly presented: Presented;
  /** Whose id stands in the path, and whose identifier is logged in with. */
  readonly named: Person;
  /** The code of a message. */
  readonly code?: string;
}

/** A request of an operation. */
export interface TableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, JsonValue>>;
  /** `undefined` for GET. */
  readonly body: Readonly<Record<string, JsonValue>> | undefined;
  /** Of the body: a form where the operation reads no JSON. */
  readonly mediaType: "application/json" | "application/x-www-form-urlencoded";
  readonly headers: Readonly<Record<string, string>>;
}

/** Fills an operation's table: a request that its owner would be served. */
export function requestOf(contract: WireContract, operation: AnyWireOperation, asking: Asking): TableRequest {
  const { access } = asking.presented;
  const sources: Record<"body" | "query" | "path" | "header", Record<string, JsonValue>> = {
    body: {},
    query: {},
    path: {},
    header: {},
  };
  let bearer = access;
  for (const [name, field] of fieldsOf(operation)) {
    const value = valueOf(contract, operation, name, field, asking);
    const source = sourceOf(operation, field);
    if (source === "bearer") bearer = value as string | undefined;
    else if (value !== undefined && value !== null) sources[source][name] = value;
  }
  return {
    method: operation.method,
    path: operation.paths[0].replace(/\{([^}]*)\}/g, (_, name: string) => String(sources.path[name])),
    query: sources.query,
    body: operation.method === "GET" ? undefined : sources.body,
    mediaType: (operation.profile ?? contract.profile).bodies.includes("json")
      ? "application/json"
      : "application/x-www-form-urlencoded",
    headers: {
      ...(Object.fromEntries(Object.entries(sources.header)) as Record<string, string>),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
  };
}

function valueOf(
  contract: WireContract,
  operation: AnyWireOperation,
  name: string,
  field: WireField,
  { own, presented, named, code }: Asking,
): JsonValue | undefined {
  const { to, example } = field;
  const { logInWith, logInWithCode } = policyOf(contract);
  const byCode = operation.does === "requestCode" || operation.does === "logInWithCode";
  const values: Readonly<Record<string, JsonValue | undefined>> = {
    identifier: named.identifiers[byCode ? logInWithCode[0]! : logInWith[0]!],
    password: own.password,
    currentPassword: own.password,
    newPassword: newPassword(),
    refreshToken: presented.refresh,
    accessToken: presented.access,
    token: presented.access,
    sessionId: named.sessionId,
    id: named.id,
    number: String(named.number),
    code: code ?? example,
  };
  if (name === operation.owner) return /^\d+$/.test(String(example)) ? String(named.number) : named.id;
  if (to === null) return example;
  if (Object.hasOwn(values, to)) return values[to];
  const part = to.slice(to.indexOf(".") + 1);
  if (to.startsWith("identifiers.")) return newIdentifiers(contract, "fresh")[part];
  if (operation.does === "withdraw") return own.attributes[part];
  return example;
}

/** The request on the wire, with more in its query or body: the arguments of `send`. */
export function onTheWire(
  { method, path, query, body, mediaType, headers }: TableRequest,
  more: {
    readonly query?: Readonly<Record<string, JsonValue>>;
    readonly body?: Readonly<Record<string, JsonValue>>;
  } = {},
): readonly [string, string, { readonly headers: Record<string, string>; readonly body?: string }] {
  const parameters = encodeForm({ ...query, ...more.query });
  const at = parameters === "" ? path : `${path}?${parameters}`;
  if (body === undefined) return [method, at, { headers: { ...headers } }];
  const whole = { ...body, ...more.body };
  const sent = mediaType === "application/json" ? JSON.stringify(whole) : encodeForm(whole);
  return [method, at, { headers: { "content-type": mediaType, ...headers }, body: sent }];
}

function encodeForm(values: Readonly<Record<string, JsonValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value))}`)
    .join("&");
}
