// Calls the use case that an operation names, with the values of its fields. Must not know paths, field names or statuses.
import type { DomainOperations, OperationName } from "@latchkey/contracts";
import type {
  AccountStatus,
  IdentityProvider,
  JsonValue,
  Principal,
  RequestContext,
  UploadSigner,
} from "@latchkey/core";
import { IdentityError } from "@latchkey/core/errors";
import type { Soon } from "./at-once.ts";
import type { Values } from "./request/compile-fields.ts";

/** Everything that a use case may need of a request. */
export interface Call {
  readonly provider: IdentityProvider;
  readonly values: Values;
  /** The bearer; set wherever the operation asks for an access token. */
  readonly principal: Principal | undefined;
  readonly client: { readonly id: string; readonly secret: string } | undefined;
  readonly uploads: UploadSigner | undefined;
  readonly context: () => RequestContext;
}

type Performers = { readonly [Name in OperationName]: (call: Call) => Soon<DomainOperations[Name]["result"]> };

const text = (values: Values, target: string): string | undefined => values[target] as string | undefined;
const needed = (values: Values, target: string): string => {
  const value = values[target];
  if (typeof value !== "string") throw new TypeError(`no field of the contract fills ${target}`);
  return value;
};
const bearer = ({ principal }: Call): Principal => {
  if (principal === undefined) throw new TypeError("the contract does not ask for an access token here");
  return principal;
};
const uploads = ({ uploads: signer }: Call): UploadSigner => {
  if (signer === undefined) throw new IdentityError("resource_unknown");
  return signer;
};
const administrator = (call: Call) => {
  const { subject } = bearer(call);
  return { kind: "administrator" as const, ...("id" in subject && { accountId: subject.id }) };
};

// `identifiers.email` and `identifiers.mobile` → { email, mobile }
function group<Value extends JsonValue>(values: Values, prefix: string): Readonly<Record<string, Value>> {
  const grouped: Record<string, Value> = {};
  for (const target of Object.keys(values)) {
    if (target.startsWith(prefix)) grouped[target.slice(prefix.length)] = values[target] as Value;
  }
  return grouped;
}

function page(values: Values): { limit?: number; cursor?: string } {
  const { limit, cursor } = values;
  return {
    ...(limit !== undefined && { limit: limit as number }),
    ...(cursor !== undefined && { cursor: cursor as string }),
  };
}

// What is no date (a 13th month) is NaN, and core refuses it.
function instant<Name extends "from" | "until">(values: Values, name: Name): { readonly [Key in Name]?: number } {
  const entered = text(values, name);
  return (entered === undefined ? {} : { [name]: Date.parse(entered) }) as { readonly [Key in Name]?: number };
}

/** What a use case says before the problems of fields other than those that it needs for that. */
export const forerunners: {
  readonly [Name in OperationName]?: (call: Pick<Call, "provider" | "values">) => Promise<void>;
} = {
  logIn: async ({ provider, values }) => {
    const identifier = text(values, "identifier");
    if (identifier !== undefined) await provider.requireAccount({ identifier });
  },
};

/** Every use case. */
export const performers: Performers = {
  signUp: ({ provider, values, context }) => {
    const password = text(values, "password");
    const input = { identifiers: group<string>(values, "identifiers."), attributes: group(values, "attributes.") };
    return provider.signUp({ ...input, ...(password !== undefined && { password }) }, context());
  },
  logIn: ({ provider, values, context }) =>
    provider.logIn({ identifier: needed(values, "identifier"), password: needed(values, "password") }, context()),
  requestCode: ({ provider, values, context }) =>
    provider.requestCode({ identifier: needed(values, "identifier") }, context()),
  logInWithCode: async ({ provider, values, context }) => {
    const identifier = text(values, "identifier");
    if (identifier === undefined) throw new IdentityError("account_unknown");
    return provider.logInWithCode({ identifier, code: text(values, "code") }, context());
  },
  refresh: ({ provider, values, context }) => provider.refresh(text(values, "refreshToken"), context()),
  logOut: async ({ provider, values, context }) => {
    const accessToken = text(values, "accessToken");
    const refreshToken = text(values, "refreshToken");
    if (refreshToken === undefined && accessToken === undefined) {
      throw new IdentityError("request_malformed", { fields: { refresh_token: [{ problem: "required" }] } });
    }
    await (refreshToken === undefined
      ? provider.logOutByAccessToken(accessToken, context())
      : provider.logOut(refreshToken, context()));
    return null;
  },
  logOutEverywhere: async (call) => {
    await call.provider.logOutEverywhere(bearer(call), call.context());
    return null;
  },
  verifyToken: async ({ provider, values }) => provider.verifyAccessToken(text(values, "accessToken")),
  readAccount: (call) => call.provider.readAccount(bearer(call)),
  checkAvailable: async ({ provider, values }) => {
    await provider.checkAvailable(group<string>(values, "identifiers."));
    return null;
  },
  updateAccount: (call) =>
    call.provider.updateAccount(
      bearer(call),
      { identifiers: group<string | null>(call.values, "identifiers."), attributes: group(call.values, "attributes.") },
      call.context(),
    ),
  changePassword: async (call) => {
    const { values } = call;
    const input = { currentPassword: needed(values, "currentPassword"), newPassword: needed(values, "newPassword") };
    await call.provider.changePassword(bearer(call), input, call.context());
    return null;
  },
  withdraw: async (call) => {
    const password = text(call.values, "password");
    const attributes = group(call.values, "attributes.");
    const input = { attributes, ...(password !== undefined && { password }) };
    await call.provider.withdraw(bearer(call), input, call.context());
    return null;
  },
  deactivateAccount: async (call) => {
    await call.provider.deactivate(bearer(call), call.context());
    return null;
  },
  signUploads: async (call) => {
    const { id: accountId } = await call.provider.readAccount(bearer(call));
    const [mediaType, prefix] = [needed(call.values, "mediaType"), needed(call.values, "prefix")];
    return uploads(call).sign({ accountId, mediaType, prefix, count: Number(call.values["count"] ?? 1) });
  },
  removeUpload: async (call) => {
    const { id: accountId } = await call.provider.readAccount(bearer(call));
    if (!(await uploads(call).remove({ accountId, key: needed(call.values, "key") })))
      throw new IdentityError("resource_unknown");
    return null;
  },
  listSessions: (call) => call.provider.listSessions(bearer(call), page(call.values)),
  endSession: async (call) => {
    await call.provider.endSession(bearer(call), needed(call.values, "sessionId"), call.context());
    return null;
  },
  introspect: ({ provider, values, client, context }) =>
    provider.introspect({ token: needed(values, "token"), client }, context()),
  revokeToken: async ({ provider, values, context }) => {
    await provider.revokeToken(needed(values, "token"), context());
    return null;
  },
  jwks: ({ provider }) => provider.jwks(),
  listAccounts: ({ provider, values }) => {
    const status = text(values, "status") as AccountStatus | undefined;
    const search = text(values, "text");
    return provider.listAccounts({
      ...page(values),
      ...(status !== undefined && { status }),
      ...(search !== undefined && { text: search }),
    });
  },
  getAccount: ({ provider, values }) => provider.getAccount(needed(values, "id")),
  readAccountByNumber: ({ provider, values }) => provider.getAccountByNumber(Number(values["number"])),
  confirmAccount: ({ provider, values, context }) =>
    provider.confirmAccount({ number: Number(values["number"]), code: needed(values, "code") }, context()),
  administerAccount: (call) => {
    const status = text(call.values, "status") as AccountStatus | undefined;
    const roles = call.values["roles"] as readonly string[] | undefined;
    const change = { ...(status !== undefined && { status }), ...(roles !== undefined && { roles }) };
    return call.provider.administerAccount(needed(call.values, "id"), change, administrator(call), call.context());
  },
  revokeAccountTokens: async (call) => {
    await call.provider.revokeAccountTokens(needed(call.values, "id"), administrator(call), call.context());
    return null;
  },
  listEvents: ({ provider, values }) => {
    const type = text(values, "type");
    const accountId = text(values, "accountId");
    return provider.listEvents({
      ...page(values),
      ...(type !== undefined && { type }),
      ...(accountId !== undefined && { accountId }),
      ...instant(values, "from"),
      ...instant(values, "until"),
    });
  },
};
