import { latchkey } from "@latchkey/contracts/latchkey";
import { expect, it } from "vitest";
import type { AnswerRecord } from "../mount-options.ts";
import { openApiDocument } from "./openapi-document.ts";
import { undocumentedAnswers } from "./undocumented-answers.ts";

it("names each kind of answer that the document does not list, once", () => {
  const record = (operation: string | undefined, status: number): AnswerRecord => ({
    realm: "main",
    contract: "latchkey",
    operation,
    method: "POST",
    status,
    requestId: "x",
    durationMilliseconds: 1,
  });
  const answers = [
    record("logIn", 200),
    record("logIn", 418),
    record("logIn", 418),
    record(undefined, 404),
    record("unknown", 200),
  ];
  expect(undocumentedAnswers(openApiDocument(latchkey), answers)).toEqual([
    "logIn answered 418",
    "unknown answered 200",
  ]);
});
