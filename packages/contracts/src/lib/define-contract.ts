// Checks a contract's table once, where it is defined: what the compiler cannot see. Mistakes are the programmer's, so they are TypeErrors.
import type { AnyWireOperation, WireContract } from "./wire-contract.ts";

/** Freezes a contract after checking that its parts fit. @throws TypeError naming the operation and the mistake */
export function defineContract(contract: WireContract): WireContract {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(contract.id))
    throw new TypeError(`contract id ${contract.id} is not lower-case letters and digits`);
  for (const locale of contract.locales) {
    for (const profile of [contract.profile, ...contract.operations.flatMap((operation) => operation.profile ?? [])]) {
      if (profile.texts[locale] === undefined)
        throw new TypeError(`profile ${profile.id} has no texts in ${locale}, which ${contract.id} speaks`);
    }
  }
  const seen = new Set<string>();
  for (const operation of contract.operations) {
    checkOperation(contract, operation);
    const names = [operation.document.operationId, ...operation.paths.map((path) => `${operation.method} ${path}`)];
    for (const name of names) {
      if (seen.has(name)) throw new TypeError(`${contract.id} has ${name} twice`);
      seen.add(name);
    }
  }
  return Object.freeze(contract);
}

function checkOperation(contract: WireContract, operation: AnyWireOperation): void {
  const where = `${contract.id}: ${operation.method} ${operation.paths[0]}`;
  const fields = Object.entries(operation.fields ?? {});
  const pathFields = fields.filter(([, field]) => field.in === "path").map(([name]) => name);
  for (const path of operation.paths) {
    const named = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]!);
    if (named.toSorted().join() !== pathFields.toSorted().join())
      throw new TypeError(`${where}: parameters of ${path} are not its path fields`);
    if (!path.startsWith("/")) throw new TypeError(`${where}: ${path} does not begin with a slash`);
  }
  if (operation.method === "GET" && fields.some(([, field]) => field.in === "body"))
    throw new TypeError(`${where}: GET has no body`);
  if (operation.role !== undefined && operation.authentication !== "access_token") {
    throw new TypeError(`${where}: a role needs an access token`);
  }
  if (operation.owner !== undefined && operation.authentication !== "access_token")
    throw new TypeError(`${where}: an owner needs an access token`);
  if (operation.owner !== undefined && !pathFields.includes(operation.owner))
    throw new TypeError(`${where}: the owner ${operation.owner} is no path field`);
  const refused = Object.keys(operation.refusals ?? {}).find((name) => !fields.some(([field]) => field === name));
  if (refused !== undefined) throw new TypeError(`${where}: refusals of ${refused}, which is no field`);
  const { body, schema } = operation.reply;
  if ((body === null) !== (schema === undefined))
    throw new TypeError(`${where}: a reply has both a body and a schema, or neither`);
  if (schema !== undefined && !Object.hasOwn(contract.document.schemas, schema))
    throw new TypeError(`${where}: no schema ${schema}`);
}
