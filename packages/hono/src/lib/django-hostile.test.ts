// Hostile requests to the contracts of Django projects: whatever is sent, no 5xx and no status that the document does not promise.
import { baro } from "@latchkey/contracts/baro";
import { intern } from "@latchkey/contracts/intern";
import { onboarding } from "@latchkey/contracts/onboarding";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mountContract } from "./testing/mount-contract.ts";

const runs = Number(process.env["LATCHKEY_FUZZ_REQUESTS"] ?? 600) / 3;
const value = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    " ",
    "\u0000",
    "\ud800",
    "a".repeat(5000),
    "JIN HO",
    "12341234",
    -1,
    1.5,
    1e300,
    true,
    null,
    [],
    {},
    [[["x"]]],
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.jsonValue(),
);
const name = fc.constantFrom("username", "password", "nickname", "token", "refresh", "__proto__", "x");
const body = fc.oneof(
  fc.dictionary(name, value, { maxKeys: 5 }).map((fields) => JSON.stringify(fields)),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "",
    "{",
    "[]",
    "[".repeat(5000),
    '{"username":"a","username":"b"}',
    "username=a&username=b",
    "username=%ff",
  ),
);
const headers = fc.record({
  "content-type": fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "application/json; charset=utf-16",
  ),
  authorization: fc.constantFrom(
    "Bearer",
    "Bearer x.y.z",
    "Bearer a b",
    "bearer x",
    "Token x",
    "Basic Og==",
    "Bearer a,Bearer b",
    " ",
  ),
  accept: fc.constantFrom("*/*", "application/json", "application/xml", ""),
});

it.each([intern, baro, onboarding])(
  "class 11: $id answers what it documents",
  { timeout: 120_000 },
  async (contract) => {
    const { send, close } = mountContract(contract);
    const operation = fc.constantFrom(...contract.operations);
    await fc.assert(
      fc.asyncProperty(operation, body, headers, fc.boolean(), async ({ method, paths }, sent, sentHeaders, plain) => {
        const { authorization, ...others } = sentHeaders;
        const answer = await send(method, paths[0], {
          headers: plain ? others : { ...others, authorization },
          ...(method !== "GET" && { body: sent }),
        });
        expect(answer.status).toBeLessThan(500);
        JSON.parse(await answer.text());
      }),
      { numRuns: runs },
    );
    await close();
  },
);
