// For tests of the checks: a small repository of its own in a temporary folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "./repository.ts";

/** Makes a repository that holds `files` (path → text), runs `work` on its folder, and removes it. */
export function withRepository<T>(files: Readonly<Record<string, string>>, work: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), "latchkey-plant-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    run("git", ["init", "--quiet"], root);
    return work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
