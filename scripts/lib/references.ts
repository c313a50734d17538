// What documents refer to: our package subpaths and relative links. A name that leads nowhere is worse than none.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "./report.ts";
import type { WorkspacePackage } from "./repository.ts";

const SUBPATH = /(?<!node_modules\/)@latchkey\/[a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)*/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** What is wrong with the references of one file at `path` below `root`. */
export function brokenReferences(
  root: string,
  path: string,
  packages: readonly WorkspacePackage[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    const where = `${path}:${index + 1}`;
    for (const [specifier] of line.matchAll(SUBPATH)) {
      if (!isPublished(specifier, packages))
        findings.push({ where, what: `${specifier} is no package or exported subpath of ours` });
    }
    if (!path.endsWith(".md")) continue;
    for (const [, link = ""] of line.matchAll(LINK)) {
      if (!leadsSomewhere(root, path, link)) findings.push({ where, what: `the link to ${link} leads nowhere` });
    }
  }
  return findings;
}

function isPublished(specifier: string, packages: readonly WorkspacePackage[]): boolean {
  const [scope, name, ...rest] = specifier.split("/");
  const found = packages.find((candidate) => candidate.name === `${scope}/${name}`);
  if (found === undefined) return false;
  return rest.length === 0 || found.entries.has(`./${rest.join("/")}`);
}

function leadsSomewhere(root: string, path: string, link: string): boolean {
  if (/^([a-z]+:|#)/.test(link)) return true;
  const file = link.replace(/#.*$/, "");
  return existsSync(file.startsWith("/") ? join(root, file) : join(root, dirname(path), file));
}
