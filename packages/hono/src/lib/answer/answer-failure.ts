// Makes the answer to whatever went wrong: refusals by the contract's table; anything else is a bug, logged with the request id and answered
// with the contract's internal error — never a stack trace, never a 4xx.
import type { AnyWireOperation, WireError, WireErrors, WireProfile } from "@latchkey/contracts";
import type { FieldProblems } from "@latchkey/core";
import { CommitOutcomeUnknownError, IdentityError, StoreUnavailableError } from "@latchkey/core/errors";
import type { Context } from "hono";
import type { ContractOptions } from "../mount-options.ts";
import { BearerRefusal, FieldRefusal, ProtocolRefusal } from "../request/protocol-refusal.ts";
import type { ProblemWords } from "../request/word-problems.ts";
import { compileProblemWords } from "../request/word-problems.ts";
import { negotiateLocale } from "./negotiate-locale.ts";
import { createSerialiser } from "./serialise-json.ts";

/** Answers failures of one operation, or of a path without one. */
export type FailureAnswerer = (error: unknown, c: Context, requestId: string) => Response;

/** What a failure is answered in. */
export interface FailureOptions extends Pick<ContractOptions, "provider" | "contract" | "log"> {
  readonly operation?: AnyWireOperation;
  readonly profile: WireProfile;
  /** The Allow header, where the profile or the failure wants it. */
  readonly allow?: string;
}

interface Failure {
  readonly error: WireError;
  readonly fields?: FieldProblems;
  readonly taken?: readonly string[];
  readonly detail?: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Compiles the answers to failures. */
export function compileFailures(options: FailureOptions): FailureAnswerer {
  const { contract, operation, profile, allow } = options;
  const asked: WireErrors = { ...contract.errors, ...operation?.errors };
  const { errorsWhereOpen } = profile.bearer;
  const whereOpen = errorsWhereOpen === undefined ? asked : { ...contract.errors, ...errorsWhereOpen };
  const words = compileProblemWords(operation, profile);
  const serialisers = {
    compact: createSerialiser({ ...profile.json, style: "compact" }),
    spaced: createSerialiser({ ...profile.json, style: "spaced" }),
  };
  const log = compileLog(options);
  const classify = compileClassifier(options, words);
  return (thrown, c, requestId) => {
    const sentAlong = thrown instanceof BearerRefusal;
    const error = translateStoreFault(sentAlong ? thrown.cause : thrown);
    log(error, requestId);
    const failure = classify(error, sentAlong ? whereOpen : asked);
    const { status } = failure.error;
    const locale = negotiateLocale(c.req.header("accept-language"), contract.locales);
    const body = failure.error.body({
      locale,
      requestId,
      fields: failure.fields && words.word(failure.fields, locale),
      taken: failure.taken ?? [],
      method: c.req.method,
      path: c.req.path,
      mediaType: c.req.header("content-type") ?? "",
      detail: failure.detail ?? "",
    });
    const { bodyless = false } = failure.error;
    const headers: Record<string, string> = {
      ...profile.headers,
      ...(!bodyless && { "content-type": profile.json.mediaType }),
      ...(contract.locales.length > 1 && { "content-language": locale }),
      ...failure.error.headers,
      ...(allow !== undefined && (status === 405 || profile.allowOnEveryAnswer) && { allow }),
      ...retryAfter(failure),
      "x-request-id": requestId,
    };
    const serialise = serialisers[failure.error.style ?? profile.json.style];
    return new Response(bodyless ? null : serialise(body), { status, headers });
  };
}

function compileClassifier(
  { contract, operation, profile }: FailureOptions,
  words: ProblemWords,
): (error: unknown, errors: WireErrors) => Failure {
  const refusals = operation?.refusals ?? {};
  const refusalOf = (names: readonly string[]) => names.map((name) => refusals[name]).find((own) => own !== undefined);
  return (error, errors) => {
    if (error instanceof ProtocolRefusal) return { error: profile.problems[error.problem], detail: error.detail };
    if (error instanceof FieldRefusal) {
      const own = error.byRealm ? refusalOf(Object.keys(error.fields)) : undefined;
      return { error: own ?? errors.request_malformed, fields: error.fields };
    }
    if (!(error instanceof IdentityError)) return { error: contract.internal };
    const problems = Object.entries(error.fields ?? {}).map(([name, found]) => [words.wireName(name), found] as const);
    return {
      error: refusalOf(problems.map(([name]) => name)) ?? errors[error.code],
      ...(error.fields && { fields: Object.fromEntries(problems) }),
      taken: error.kinds.map((kind) => words.wireName(kind)),
      retryAfterSeconds: error.retryAfterSeconds,
    };
  };
}

function retryAfter({ error, retryAfterSeconds }: Failure): Readonly<Record<string, string>> {
  if (error.status !== 503 && error.status !== 429) return {};
  return { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds ?? 1))) };
}

// Core translates its store's faults; an application's own additions may meet them too.
function translateStoreFault(error: unknown): unknown {
  const isFault = error instanceof StoreUnavailableError || error instanceof CommitOutcomeUnknownError;
  return isFault ? new IdentityError("store_unavailable", { cause: error }) : error;
}

function compileLog({ log, provider, operation }: FailureOptions): (error: unknown, requestId: string) => void {
  const shared = { realm: provider.realm, operation: operation?.document.operationId };
  return (error, requestId) => {
    if (error instanceof ProtocolRefusal || error instanceof FieldRefusal) return;
    const known = error instanceof IdentityError;
    const level = known ? error.level : "error";
    const code = known ? error.code : undefined;
    if (log !== undefined) {
      log({
        ...shared,
        level,
        code,
        requestId,
        message: code ?? "internal error",
        error: level === "error" ? error : undefined,
      });
    } else if (level === "error")
      console.error(`[latchkey] ${shared.realm} ${shared.operation ?? "-"} ${requestId}`, error);
  };
}
