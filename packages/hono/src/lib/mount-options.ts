// What an application says when it mounts a realm: types only.
import type { DomainOperations, OperationName, WireContract } from "@latchkey/contracts";
import type { IdentityErrorCode, IdentityProvider, JsonObject, LogLevel, UploadSigner } from "@latchkey/core";
import type { Context } from "hono";
import type { RequestSource } from "./request/request-source.ts";

/** Something worth a line in the log. Never holds a token, a password or a body. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly requestId: string;
  readonly realm: string;
  /** `operationId` of the contract; `undefined` for a path or method that it does not have. */
  readonly operation: string | undefined;
  /** `undefined` for a bug. */
  readonly code: IdentityErrorCode | undefined;
  /** The fault, for `error` entries only. */
  readonly error: unknown;
}

/** One answered request, for metrics and for tests that compare answers with the document. */
export interface AnswerRecord {
  readonly realm: string;
  readonly contract: string;
  /** `operationId`; `undefined` for a path or method that the contract does not have. */
  readonly operation: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly requestId: string;
  readonly durationMilliseconds: number;
}

/** What an embedding application adds to replies, by use case. The contract's reply decides where it stands. */
export type Presenters = {
  readonly [Name in OperationName]?: (
    result: DomainOperations[Name]["result"],
    c: Context,
  ) => JsonObject | Promise<JsonObject>;
};

/** Options that every use of a contract shares. */
export interface ContractOptions {
  readonly provider: IdentityProvider;
  readonly contract: WireContract;
  /** The client's address, recorded in events and sessions. Default: unknown. Take it from the socket; of a header only behind a proxy that overwrites it. */
  readonly clientAddress?: (c: Context) => string | undefined;
  /** Receives refusals and faults. Default: faults go to `console.error`, refusals nowhere. */
  readonly log?: (entry: LogEntry) => void;
}

/** Options of `mountRealm`. */
export interface MountRealmOptions extends ContractOptions {
  /** Where the contract's paths begin. Default `/`. */
  readonly path?: string;
  /** Whether unknown paths below `path` are answered in the contract's format. Default: unless `path` is `/`. */
  readonly ownsPath?: boolean;
  readonly present?: Presenters;
  /** Bodies larger than this are refused. Default 65,536 bytes. */
  readonly bodyLimitBytes?: number;
  /** Where clients reach the server, for contracts whose replies name absolute addresses. Default "". */
  readonly publicUrl?: string;
  /** Where clients send files. Default: nowhere, `resource_unknown`. */
  readonly uploads?: UploadSigner;
  /** The clock of replies that tell somebody's age. Default: the system's. */
  readonly now?: () => number;
  /** Exact origins of the pages that may call it, with credentials (CORS); `["*"]`: any, without. Default: the contract's. */
  readonly origins?: readonly string[];
  /** Where headers and bodies are read. Default: in the request that Hono has. Give another only where no middleware replaces requests. */
  readonly source?: RequestSource;
  /** Called after every answer. */
  readonly observe?: (record: AnswerRecord) => void;
}
