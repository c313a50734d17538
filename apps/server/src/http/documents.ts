// The contracts' documents and Swagger UI. Built at the first request: a start waits neither for them nor for the assets.
import { mountDocumentation, openApiDocument } from "@latchkey/hono";
import { Hono } from "hono";
import type { MountedRealm, ServerApp } from "./server-app.ts";

/** Where a realm's document is: the first realm of the contract `latchkey` has `/openapi.json`, others `/openapi/<realm>.json`. */
export function documentPath(realm: MountedRealm, realms: readonly MountedRealm[]): string {
  return realm === mainRealm(realms) ? "/openapi.json" : `/openapi/${realm.name}.json`;
}

/** The realm that speaks for the server: the first of the contract `latchkey`, or the first. */
export function mainRealm(realms: readonly MountedRealm[]): MountedRealm | undefined {
  return realms.find(({ contract }) => contract.id === "latchkey") ?? realms[0];
}

/** Serves the documents and, where wanted, `/swagger` and `/swagger/`. */
export function mountDocuments(app: ServerApp, realms: readonly MountedRealm[], swagger: boolean): void {
  let built: Promise<Hono> | undefined;
  const documentation = () => {
    built ??= buildDocumentation(realms, swagger);
    return built;
  };
  const paths = ["/openapi.json", "/openapi/*", ...(swagger ? ["/swagger", "/swagger/*", ...pagePaths(realms)] : [])];
  for (const path of paths) app.get(path, async (c) => await (await documentation()).fetch(c.req.raw, c.env));
}

/** Where the replaced systems have their documentation, with and without the slash. */
function pagePaths(realms: readonly MountedRealm[]): readonly string[] {
  const pages = realms.flatMap(({ contract }) => contract.document.pages ?? []);
  return pages.flatMap(({ path }) => [path, path.replace(/\/$/, "")]);
}

async function buildDocumentation(realms: readonly MountedRealm[], swagger: boolean): Promise<Hono> {
  const app = new Hono();
  const documents = realms.map((realm) => ({
    name: realms.length === 1 ? realm.contract.title : `${realm.name}: ${realm.contract.title}`,
    path: documentPath(realm, realms),
    document: openApiDocument(realm.contract, { path: realm.mount }),
  }));
  for (const [index, { contract }] of realms.entries()) {
    const { pages } = contract.document;
    if (swagger && pages !== undefined) mountDocumentation(app, { pages, document: documents[index]!.document });
  }
  const [first, ...rest] = documents;
  if (swagger && first !== undefined) {
    const { mountSwaggerUi } = await import("@latchkey/hono/swagger");
    mountSwaggerUi(app, {
      path: "/swagger",
      title: rest.length === 0 ? first.name : "Latchkey",
      documents: [first, ...rest],
    });
  } else {
    for (const { path, document } of documents) app.get(path, (c) => c.json(document));
  }
  return app;
}
