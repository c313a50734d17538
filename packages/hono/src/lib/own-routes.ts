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
  /** Answers what a path's own routes do not: OPTIONS with Allow, other methods as the contract does (405). */
  otherMethods(allow: string): (c: Context) => Response;
  /** The contract's answer to a path that nothing has (404). */
  unknownPath(c: Context): Response;
  /** The contract's answer to an error of core, and to anything else that was thrown, which is a bug and logged. */
  fault(c: Context, error: unknown): Response;
}

const bodyLimitBytes = 65_536;

/** Prepares an application's own routes. */
export function ownRoutes(options: ContractOptions): OwnRoutes {
  const { contract, provider } = options;
  const { profile } = contract;
  const serialise = createSerialiser(profile.json);
  const fail = compileFailures({ ...options, profile });
  return {
    reader(fields) {
      // An operation in all that reading a body looks at.
      const operation = { does: "readAccount", method: "POST", fields, document: own } as unknown as AnyWireOperation;
      const read = compileFields(operation, profile, provider);
      const refuse = compileFailures({ ...options, profile, operation });
      return async (c) => {
        try {
          const body = await readBody(c, profile, { optional: false, limitBytes: bodyLimitBytes });
          return read({ body, query: new Map(), path: new Map(), header: () => undefined, bearer: undefined });
        } catch (error) {
          return refuse(error, c, requestIdOf(c));
        }
      };
    },
    answer: (c, status, body) =>
      new Response(serialise(body), {
        status,
        headers: { ...profile.headers, "content-type": profile.json.mediaType, "x-request-id": requestIdOf(c) },
      }),
    otherMethods(allow) {
      const refuse = compileFailures({ ...options, profile, allow });
      return (c) => {
        const requestId = requestIdOf(c);
        if (c.req.method !== "OPTIONS") return refuse(new ProtocolRefusal("method_not_allowed"), c, requestId);
        return new Response(null, { status: 204, headers: { ...profile.headers, allow, "x-request-id": requestId } });
      };
    },
    unknownPath: (c) => fail(new ProtocolRefusal("path_unknown"), c, requestIdOf(c)),
    fault: (c, error) => fail(error, c, requestIdOf(c)),
  };
}

const own = { operationId: "own", summary: "" } as const;
