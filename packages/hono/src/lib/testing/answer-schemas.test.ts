import { latchkey } from "@latchkey/contracts/latchkey";
import { expect, it } from "vitest";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { allContracts } from "./all-contracts.ts";
import { compileBodyCheck } from "./answer-schemas.ts";

it("the check of bodies sees missing and unknown members, through references", () => {
  const check = compileBodyCheck(openApiDocument(latchkey));
  const error = { code: "X", message: "x", request_id: "x" };
  expect(check("logIn", 401, { error })).toBeUndefined();
  expect(check("logIn", 401, { error: { ...error, stack: "x" } })).toContain("additional");
  expect(check("logIn", 200, { access_token: "x" })).toContain("required");
  expect(check("introspect", 401, { error: "invalid_client", error_description: "x" })).toBeUndefined();
  expect(check("logOut", 204, {})).toContain("has a body");
});

it.each(allContracts.map((contract) => [contract.id, contract] as const))(
  "%s: every example of an answer in the document is of the schema beside it",
  (_id, contract) => {
    const document = openApiDocument(contract);
    const check = compileBodyCheck(document);
    const paths = document["paths"] as unknown as Record<string, Record<string, Described>>;
    const wrong = Object.values(paths).flatMap((path) =>
      Object.values(path).flatMap(({ operationId, responses }) =>
        Object.entries(responses).flatMap(([status, { content = {} }]) =>
          Object.values(content)
            .flatMap(({ examples = {} }) => Object.values(examples))
            .flatMap(({ value }) => check(operationId, Number(status), value) ?? []),
        ),
      ),
    );
    expect(wrong).toEqual([]);
  },
);

interface Described {
  readonly operationId: string;
  readonly responses: Record<string, { content?: Record<string, { examples?: Record<string, { value: unknown }> }> }>;
}
