// Every contract under requests made of its document. LATCHKEY_FUZZ_REQUESTS sets how many for each.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allContracts } from "../testing/all-contracts.ts";
import { readOperations, requestsOf } from "../testing/document-requests.ts";
import { fuzzContract } from "../testing/fuzz-contract.ts";
import { hugeBodies } from "../testing/huge-requests.ts";
import { openApiDocument } from "./openapi-document.ts";
import { toOpenApi30 } from "./to-openapi-30.ts";

const requests = Number(process.env["LATCHKEY_FUZZ_REQUESTS"] ?? 200);
const timeout = 120_000 + requests * 60;

// Latchkey's own document is 3.1; clients of the others read 3.0.3.
const documented = allContracts.map((contract) => {
  const document = openApiDocument(contract);
  return [contract.id, contract, contract.id === "latchkey" ? document : toOpenApi30(document)] as const;
});

describe.each(documented)("%s", (_id, contract, document) => {
  const operations = readOperations(document);

  it(
    `class 11: ${requests} requests end in answers of the document, without a 5xx or a secret, each within a second`,
    { timeout },
    async () => {
      const fuzzed = await fuzzContract(contract, document);
      await fc.assert(fc.asyncProperty(requestsOf(operations), fuzzed.judge), { numRuns: requests });
      // The fuzz is worth something only where it gets past the gates.
      expect([...fuzzed.statuses]).toEqual(expect.arrayContaining([400, 401, 405]));
      const ids = operations.map(({ operationId }) => operationId);
      if (requests >= 4000) expect(ids.filter((id) => !fuzzed.served.has(id))).toEqual([]);
      await fuzzed.close();
    },
  );

  it(
    "class 11: 10 MB, 10,000 levels and 10,000 members are refused at every operation, each within a second",
    { timeout },
    async () => {
      const fuzzed = await fuzzContract(contract, document);
      for (const operation of operations) for (const huge of hugeBodies(operation)) await fuzzed.judge(huge);
      expect([...fuzzed.statuses]).toContain(413);
      await fuzzed.close();
    },
  );
});
