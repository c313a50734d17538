// The files of Swagger UI, from the package swagger-ui-dist: read once, when first asked for.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A file that a page loads. */
export interface SwaggerAsset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

const mediaTypes = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui-standalone-preset.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** Names of the files; nothing else is served. */
export type SwaggerAssetName = keyof typeof mediaTypes;

/** Every name. */
export const swaggerAssetNames: readonly SwaggerAssetName[] = Object.freeze(
  Object.keys(mediaTypes) as SwaggerAssetName[],
);

const loaded = new Map<SwaggerAssetName, Promise<SwaggerAsset>>();

/** Reads a file of the package, once per process. */
export function readSwaggerAsset(name: SwaggerAssetName): Promise<SwaggerAsset> {
  const known = loaded.get(name) ?? load(name);
  loaded.set(name, known);
  return known;
}

async function load(name: SwaggerAssetName): Promise<SwaggerAsset> {
  const directory = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return { bytes: new Uint8Array(await readFile(join(directory, name))), mediaType: mediaTypes[name] };
}
