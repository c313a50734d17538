// Makes the answer to what went well: a contract's reply as an HTTP response. Headers that never change are put together once.
import type {
  AnyWireOperation,
  DomainOperations,
  OperationName,
  ReplyContext,
  WireProfile,
  WireReply,
} from "@latchkey/contracts";
import type { JsonObject } from "@latchkey/core";
import type { Context } from "hono";
import type { MountRealmOptions } from "../mount-options.ts";
import { createSerialiser } from "./serialise-json.ts";

/** A result of any use case. */
export type DomainResult = DomainOperations[OperationName]["result"];

/** Answers results of one operation. */
export type SuccessAnswerer = (result: DomainResult, c: Context, requestId: string) => Response | Promise<Response>;

type Presenter = (result: DomainResult, c: Context) => JsonObject | Promise<JsonObject>;

const nothingAdded: JsonObject = Object.freeze({});

/** Compiles the reply of an operation. */
export function compileSuccess(
  operation: AnyWireOperation,
  profile: WireProfile,
  options: Pick<MountRealmOptions, "present" | "publicUrl" | "now"> & { readonly allow: string },
): SuccessAnswerer {
  // The table pairs each use case with a reply to its result; here they are any pair.
  const reply = operation.reply as WireReply<DomainResult>;
  const present = options.present?.[operation.does] as Presenter | undefined;
  const serialise = createSerialiser(profile.json);
  const { status } = reply;
  const fixed: Readonly<Record<string, string>> = {
    ...profile.headers,
    ...(reply.body !== null && { "content-type": profile.json.mediaType }),
    ...(profile.allowOnEveryAnswer && { allow: options.allow }),
  };
  const publicUrl = options.publicUrl ?? "";
  const now = options.now ?? Date.now;
  const contextOf = (added: JsonObject): ReplyContext => ({ added, publicUrl, now: now() });
  const answer = (result: DomainResult, context: ReplyContext, requestId: string) => {
    const headers = { ...fixed, ...reply.headers?.(result), "x-request-id": requestId };
    return new Response(reply.body === null ? null : serialise(reply.body(result, context)), { status, headers });
  };
  if (present === undefined) return (result, _c, requestId) => answer(result, contextOf(nothingAdded), requestId);
  return async (result, c, requestId) => answer(result, contextOf(await present(result, c)), requestId);
}
