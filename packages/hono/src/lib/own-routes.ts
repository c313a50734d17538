// For an application's own routes beside a contract: bodies read, answers written and refusals worded as the contract's are.
import type { AnyWireOperation, WireField } from "@latchkey/contracts";
import type { JsonValue } from "@latchkey/core";
import type { Context } from "hono";
import { compileFailures } from "./answer/answer-failure.ts";
import { createSerialiser } from "./answer/serialise-json.ts";
import type { ContractOptions } from "./mount-options.ts";
import type { Values } from "./request/compile-fields.ts";
import { compileFields } from "./request/compile-fields.ts";
import { ProtocolRefusal } from "./request/protocol-refusal.ts";
import { readBody } from "./request/read-body.ts";
import { requestIdOf } from "./request/request-id.ts";

/** One kind of body of an application's own: its values by the fields' `to`, or the refusal that the contract has for what was sent. */
export type BodyReader = (c: Context) => Promise<Values | Response>;

/** Speaks as a contract does. */
export interface OwnRoutes {
  /** Compiles a body's fields. */
  reader(fields: Readonly<Record<string, WireField>>): BodyReader;
  /** An answer in the contract's JSON style, with its profile's headers. */
  answer(c: Context, status: number, body: JsonValue): Response;
  /** The contract's answer to a wrong method (405, with Allow). */
  refuseMethod(c: Context, allow: string): Response;
  /** The contract's answer to a path that nothing has (404). */
  refusePath(c: Context): Response;
}

const bodyLimitBytes = 65_536;

/** Prepares an application's own routes. */
export function ownRoutes(options: ContractOptions): OwnRoutes {
  const { contract, provider } = options;
  const { profile } = contract;
  const serialise = createSerialiser(profile.json);
  const refuse = (c: Context, problem: "path_unknown" | "method_not_allowed", allow?: string) =>
    compileFailures({ ...options, profile, ...(allow !== undefined && { allow }) })(
      new ProtocolRefusal(problem),
      c,
      requestIdOf(c),
    );
  return {
    reader(fields) {
      // An operation in all that reading a body looks at.
      const operation = { does: "readAccount", method: "POST", paths: ["/"], fields } as unknown as AnyWireOperation;
      const read = compileFields(operation, profile, provider);
      const fail = compileFailures({ ...options, profile, operation: { ...operation, document: own } });
      return async (c) => {
        try {
          const body = await readBody(c, profile, { optional: false, limitBytes: bodyLimitBytes });
          return read({ body, query: new Map(), path: new Map(), header: () => undefined, bearer: undefined });
        } catch (error) {
          return fail(error, c, requestIdOf(c));
        }
      };
    },
    answer: (c, status, body) =>
      new Response(serialise(body), {
        status,
        headers: { ...profile.headers, "content-type": profile.json.mediaType, "x-request-id": requestIdOf(c) },
      }),
    refuseMethod: (c, allow) => refuse(c, "method_not_allowed", allow),
    refusePath: (c) => refuse(c, "path_unknown"),
  };
}

const own = { operationId: "own", summary: "" } as const;
