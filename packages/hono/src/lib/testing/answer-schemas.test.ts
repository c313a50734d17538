import { latchkey } from "@latchkey/contracts/latchkey";
import { expect, it } from "vitest";
import { openApiDocument } from "../openapi/openapi-document.ts";
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
