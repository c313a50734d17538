// What to try first: curl lines made from a contract's own examples, so that any contract has them. Sends nothing.
import type { AnyWireOperation, OperationName, WireContract } from "@latchkey/contracts";

/** A step and the command that takes it. */
export interface FirstStep {
  readonly title: string;
  readonly command: string;
}

const steps: readonly (readonly [OperationName, string])[] = [
  ["signUp", "Sign up"],
  ["logIn", "Log in"],
  ["readAccount", "Ask who you are, with the access_token of the answer"],
];

/** Sign up, log in, and `me`, as far as the contract has them; `base` is the address of the mount without a slash at its end. */
export function firstSteps(contract: WireContract, base: string): readonly FirstStep[] {
  return steps.flatMap(([does, title]) => {
    const operation = contract.operations.find((candidate) => candidate.does === does);
    return operation === undefined ? [] : [{ title, command: curlLine(operation, base) }];
  });
}

function curlLine(operation: AnyWireOperation, base: string): string {
  const words = ["curl", "-sS", quote(base + operation.paths[0])];
  if (operation.authentication === "access_token") words.push("-H", quote("authorization: Bearer ACCESS_TOKEN"));
  if (operation.method !== "GET") {
    const body = exampleBody(operation);
    if (operation.method !== "POST" || body === undefined) words.push("-X", operation.method);
    if (body !== undefined)
      words.push("-H", quote("content-type: application/json"), "-d", quote(JSON.stringify(body)));
  }
  return words.join(" ");
}

function exampleBody(operation: AnyWireOperation): Readonly<Record<string, unknown>> | undefined {
  const fields = Object.entries(operation.fields ?? {}).filter(
    ([, field]) => (field.in ?? "body") === "body" && field.optional !== true && field.example !== null,
  );
  return fields.length === 0 ? undefined : Object.fromEntries(fields.map(([name, field]) => [name, field.example]));
}

function quote(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
