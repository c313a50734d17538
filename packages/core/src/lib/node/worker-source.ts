// Where the files that threads run are: beside this one, TypeScript in the repository, JavaScript in the package and in the server's bundle.
import { extname } from "node:path";

/** The file of a thread by its name without extension. */
export function workerSource(name: string): URL {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
}
