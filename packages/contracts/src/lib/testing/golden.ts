// What golden tests ask of a contract: its answers as texts, without a server.
import type { IdentityErrorCode, IssuedTokens } from "@latchkey/core";
import { exampleAccount, exampleTokens } from "../example-results.ts";
import type { WireContract } from "../wire-contract.ts";
import type { WireProblem } from "../wire-error.ts";

/** A problem with nothing said of it. */
export const noProblem: WireProblem = {
  locale: "en",
  requestId: "request-1",
  fields: undefined,
  taken: [],
  method: "POST",
  path: "/",
  mediaType: "",
  detail: "",
};

/** Status, body as JSON text and challenge of a refusal; `operationId` where the operation words it. */
export function refusalOf(
  contract: WireContract,
  code: IdentityErrorCode,
  options: { readonly operationId?: string; readonly problem?: Partial<WireProblem> } = {},
): readonly [number, string, string | undefined] {
  const operation = contract.operations.find(({ document }) => document.operationId === options.operationId);
  const error = operation?.errors?.[code] ?? contract.errors[code];
  const body = error.body({ ...noProblem, locale: contract.locales[0], ...options.problem });
  return [error.status, JSON.stringify(body), error.headers?.["www-authenticate"]];
}

/** Status and body as JSON text of a success for an account that signed up with `username` and `nickname`. */
export function successOf(
  contract: WireContract,
  operationId: string,
  entered: { readonly username: string; readonly nickname?: string; readonly tokens?: Partial<IssuedTokens> },
): readonly [number, string] {
  const operation = contract.operations.find(({ document }) => document.operationId === operationId)!;
  const { username, nickname, tokens } = entered;
  const account = {
    ...exampleAccount,
    identifiers: { username },
    attributes: nickname === undefined ? {} : { nickname },
  };
  const result = { account, tokens: { ...exampleTokens, ...tokens } };
  const body = operation.reply.body as (result: unknown, context: unknown) => unknown;
  return [operation.reply.status, JSON.stringify(body(result, { added: {}, publicUrl: "", now: 0 }))];
}
