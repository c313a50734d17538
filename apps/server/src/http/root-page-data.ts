// Collects what the page at `/` shows, at the moment of the request.
import { readFileSync } from "node:fs";
import { latestSchemaVersion } from "@latchkey/storage/migrations";
import type { Configuration } from "../config/configuration.ts";
import type { Database } from "../database/database.ts";
import type { Realm } from "../realms.ts";
import { localAddress } from "./addresses.ts";
import { documentPath } from "./documents.ts";
import { firstSteps } from "./first-steps.ts";
import { renderRootPage, rootPagePolicy } from "./root-page.ts";
import type { RootPageData } from "./root-page.ts";

/** Makes the page's renderer; it takes the port that the request came in on. */
export function createRootPage(from: {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly realms: readonly Realm[];
}): (port: number) => Promise<{ readonly body: string; readonly policy: string }> {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return async (port) => {
    const reachable = await from.database.storage.ping().then(
      () => true,
      () => false,
    );
    const data: RootPageData = {
      version,
      realms: from.realms.map((realm) => describeRealm(realm, from.realms)),
      database: { name: from.database.name, schema: String(latestSchemaVersion), reachable },
      swagger: from.configuration.swagger,
      firstSteps: from.realms.slice(0, 1).flatMap((realm) => {
        const base = localAddress(from.configuration.publicUrl, port) + (realm.mount === "/" ? "" : realm.mount);
        return firstSteps(realm.contract, base);
      }),
    };
    return { body: String(await renderRootPage(data)), policy: rootPagePolicy };
  };
}

function describeRealm(realm: Realm, realms: readonly Realm[]): RootPageData["realms"][number] {
  const { ready, keys } = realm.provider.status();
  return {
    name: realm.name,
    contractTitle: realm.contract.title,
    mount: realm.mount,
    issuer: realm.provider.issuer,
    documentPath: documentPath(realm, realms),
    ready,
    keys: keys.filter((key) => key.state !== "retired"),
  };
}
