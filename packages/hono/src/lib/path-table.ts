// Which of a contract's paths a request names: exact ones by a map, those with parameters segment by segment. Letter case counts; nothing is tidied up.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";

/** What was found: the resource and its path parameters. */
export interface FoundPath<Resource> {
  readonly resource: Resource;
  readonly parameters: ReadonlyMap<string, string> | undefined;
}

/** A contract's paths. */
export interface PathTable<Resource> {
  /** Every path, as the contract writes it. */
  readonly templates: readonly string[];
  find(path: string): FoundPath<Resource> | undefined;
}

interface Template<Resource> {
  readonly segments: readonly string[];
  readonly resource: Resource;
}

/** Compiles the paths; operations that share one become one resource. */
export function compilePaths<Resource>(
  contract: WireContract,
  compile: (operations: readonly AnyWireOperation[]) => Resource,
): PathTable<Resource> {
  const byPath = new Map<string, AnyWireOperation[]>();
  for (const operation of contract.operations) {
    const either = (operation.profile ?? contract.profile).trailingSlash === "either";
    for (const path of new Set(operation.paths.flatMap((one) => (either ? [one, otherForm(one)] : [one])))) {
      byPath.set(path, [...(byPath.get(path) ?? []), operation]);
    }
  }
  const exact = new Map<string, FoundPath<Resource>>();
  const templates: Template<Resource>[] = [];
  for (const [path, operations] of byPath) {
    const resource = compile(operations);
    if (path.includes("{")) templates.push({ segments: path.split("/"), resource });
    else exact.set(path, { resource, parameters: undefined });
  }
  return {
    templates: [...byPath.keys()],
    find: (path) => exact.get(path) ?? findTemplate(templates, path),
  };
}

const otherForm = (path: string) => (path.endsWith("/") ? path.slice(0, -1) || "/" : `${path}/`);

function findTemplate<Resource>(
  templates: readonly Template<Resource>[],
  path: string,
): FoundPath<Resource> | undefined {
  const segments = path.split("/");
  for (const template of templates) {
    const parameters = matchSegments(template.segments, segments);
    if (parameters !== undefined) return { resource: template.resource, parameters };
  }
  return undefined;
}

function matchSegments(
  template: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [index, expected] of template.entries()) {
    const segment = segments[index]!;
    if (!expected.startsWith("{")) {
      if (segment !== expected) return undefined;
      continue;
    }
    const value = decodeSegment(segment);
    if (value === undefined || value === "") return undefined;
    parameters.set(expected.slice(1, -1), value);
  }
  return parameters;
}

// Hono has decoded what is not reserved; `%2f` and its like remain.
function decodeSegment(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
