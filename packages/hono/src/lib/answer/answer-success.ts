// Makes the answer to what went well: a contract's reply as an HTTP response. Headers that never change are put together once.
import type {
  AnyWireOperation,
  DomainOperations,
  OperationName,
  ReplyContext,
  WireProfile,
  WireReply,
} from "@latchkey/contracts";
import type { JsonObject, JsonValue } from "@latchkey/core";
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
  const write = compileText(reply, serialise, options);
  const answer = (result: DomainResult, text: string | null, requestId: string) => {
    const headers = { ...fixed, ...reply.headers?.(result), "x-request-id": requestId };
    return new Response(text, { status, headers });
  };
  if (present === undefined) {
    const remembered = rememberTexts(write);
    return (result, _c, requestId) => answer(result, remembered(result), requestId);
  }
  return async (result, c, requestId) => answer(result, write(result, await present(result, c)).text, requestId);
}

interface Text {
  readonly text: string | null;
  /** Whether it says something of the time, and so is another one later. */
  readonly isOfItsTime: boolean;
}

function compileText(
  { body }: WireReply<DomainResult>,
  serialise: (value: JsonValue) => string,
  { publicUrl = "", now = Date.now }: Pick<MountRealmOptions, "publicUrl" | "now">,
): (result: DomainResult, added: JsonObject) => Text {
  if (body === null) return () => ({ text: null, isOfItsTime: false });
  return (result, added) => {
    const context = new LookedAtContext(added, publicUrl, now);
    return { text: serialise(body(result, context)), isOfItsTime: context.clockWasRead };
  };
}

/** Notes whether a reply looked at the clock. */
class LookedAtContext implements ReplyContext {
  readonly added: JsonObject;
  readonly publicUrl: string;
  readonly #now: () => number;
  clockWasRead = false;

  constructor(added: JsonObject, publicUrl: string, now: () => number) {
    this.added = added;
    this.publicUrl = publicUrl;
    this.#now = now;
  }

  get now(): number {
    this.clockWasRead = true;
    return this.#now();
  }
}

// A reply is a function of its result and the time. A result that is frozen is the same whenever it comes again (the account of a bearer comes from memory with
// each request), and so is its text, unless that looked at the clock. It is kept for as long as somebody keeps the result.
function rememberTexts(
  write: (result: DomainResult, added: JsonObject) => Text,
): (result: DomainResult) => string | null {
  const texts = new WeakMap<object, string | null>();
  return (result) => {
    if (result === null) return write(result, nothingAdded).text;
    const known = texts.get(result);
    if (known !== undefined) return known;
    const { text, isOfItsTime } = write(result, nothingAdded);
    if (!isOfItsTime && Object.isFrozen(result)) texts.set(result, text);
    return text;
  };
}
