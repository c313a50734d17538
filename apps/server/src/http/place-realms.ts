// Where each realm's paths begin and who answers unknown ones. Several realms may share `/`: then each has its own paths, and the server the others.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import type { MountRealmOptions } from "@latchkey/hono";
import type { MountedRealm } from "./server-app.ts";

/** A realm's place. */
export type Place = Pick<MountRealmOptions, "provider" | "contract" | "path" | "ownsPath">;

const aliases: Readonly<Partial<Record<AnyWireOperation["does"], string>>> = { signUp: "/signup", logIn: "/login" };

/** Places in the order in which they are mounted: whoever owns `/` comes last. */
export function placeRealms(parts: {
  readonly realms: readonly MountedRealm[];
  readonly aliases: boolean;
}): readonly Place[] {
  const { realms } = parts;
  const atRoot = realms.filter((realm) => realm.mount === "/");
  const places = realms.map((realm): Place & { readonly path: string } => ({
    provider: realm.provider,
    contract: realm.contract,
    path: realm.mount,
    ownsPath: realm.mount !== "/" || atRoot.length === 1,
  }));
  const alone = realms.length === 1 && (parts.aliases || atRoot.length === 1) ? realms[0] : undefined;
  const short = alone === undefined ? undefined : aliasContract(alone.contract);
  return [
    ...(alone === undefined || short === undefined
      ? []
      : [{ provider: alone.provider, contract: short, path: "/", ownsPath: false }]),
    ...places.toSorted((left, right) => Number(left.path === "/") - Number(right.path === "/")),
  ];
}

/** The contract's sign-up and log-in at `/signup` and `/login`, with and without the slash; `undefined` where it has neither. */
function aliasContract(contract: WireContract): WireContract | undefined {
  const operations = contract.operations.flatMap((operation): AnyWireOperation[] => {
    const path = aliases[operation.does];
    return path === undefined ? [] : [{ ...operation, paths: [path, `${path}/`] }];
  });
  return operations.length === 0 ? undefined : { ...contract, operations };
}
