import { describe, expect, it } from "vitest";
import { latchkey } from "../latchkey.ts";
import { defineContract } from "./define-contract.ts";
import { operation } from "./operation.ts";
import type { AnyWireOperation } from "./wire-contract.ts";

const nothing = { status: 204, body: null } as const;
const id = { to: "id", in: "path", type: { type: "text" }, example: "x" } as const;
const withOperation =
  (...operations: readonly AnyWireOperation[]) =>
  () =>
    defineContract({ ...latchkey, operations });

describe("defineContract", () => {
  it("freezes a contract that fits", () => {
    expect(Object.isFrozen(defineContract({ ...latchkey }))).toBe(true);
  });

  it("names the mistake of one that does not", () => {
    const twice = operation("logOutEverywhere", "POST /logout/all", "x", {
      tag: "x",
      authentication: "access_token",
      reply: nothing,
    });
    expect(withOperation(twice, twice)).toThrow("has logOutEverywhere twice");
    expect(withOperation(twice, { ...twice, document: { ...twice.document, operationId: "other" } })).toThrow(
      "has POST /logout/all twice",
    );
    expect(withOperation(operation("endSession", "DELETE /x/{id}", "x", { tag: "x", reply: nothing }))).toThrow(
      "parameters of /x/{id}",
    );
    expect(
      withOperation(operation("revokeAccountTokens", "DELETE /x", "x", { tag: "x", fields: { id }, reply: nothing })),
    ).toThrow("parameters of /x are not its path fields");
    expect(
      withOperation(operation("listAccounts", "GET /x", "x", { tag: "x", role: "ADMIN", reply: nothing })),
    ).toThrow("a role needs an access token");
    const mine = { tag: "x", authentication: "access_token", reply: nothing } as const;
    expect(withOperation(operation("readAccount", "GET /x/{id}", "x", { ...mine, owner: "id" }))).toThrow(
      "parameters of /x/{id}",
    );
    expect(withOperation(operation("updateAccount", "PUT /x", "x", { ...mine, owner: "id" }))).toThrow(
      "the owner id is no path field",
    );
    expect(withOperation(operation("updateAccount", "PUT /x", "x", { tag: "x", owner: "id", reply: nothing }))).toThrow(
      "an owner needs an access token",
    );
    const refusals = { other: latchkey.errors.request_malformed };
    expect(withOperation(operation("withdraw", "DELETE /x", "x", { ...mine, refusals }))).toThrow(
      "refusals of other, which is no field",
    );
    expect(
      withOperation(operation("readAccount", "GET /x", "x", { tag: "x", reply: { status: 200, body: () => ({}) } })),
    ).toThrow("both a body and a schema");
    expect(
      withOperation(
        operation("readAccount", "GET /x", "x", { tag: "x", reply: { status: 200, body: () => ({}), schema: "No" } }),
      ),
    ).toThrow("no schema No");
    expect(() => defineContract({ ...latchkey, id: "No!" })).toThrow("contract id No!");
    expect(() => defineContract({ ...latchkey, profile: { ...latchkey.profile, texts: {} } })).toThrow(
      "has no texts in en",
    );
  });
});
