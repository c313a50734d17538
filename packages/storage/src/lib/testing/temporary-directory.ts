// A directory for the files of one test file, removed when its tests are done. For tests only.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory that is removed after the tests of the file that made it. */
export interface TemporaryDirectory {
  /** The path of a file in it. */
  path(name: string): string;
}

/** Creates the directory; to be called at a test file's top. */
export function createTemporaryDirectory(): TemporaryDirectory {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-test-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return { path: (name) => join(directory, name) };
}
