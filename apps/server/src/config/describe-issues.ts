// Turns what the schema found into problems that name the field and the fix. It decides wording and what may be shown, not what is allowed.
import { z } from "zod";
import type { ConfigurationProblem } from "./configuration-error.ts";
import { suggestion } from "./suggest.ts";

type Path = readonly PropertyKey[];
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | false;
  readonly items?: Node;
}

/** Every problem of `input`, in the order of the schema. `nameOf` turns a path into what the person wrote (a field or a variable). */
export function describeIssues(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  nameOf: (path: Path) => string,
): readonly ConfigurationProblem[] {
  return issues.flatMap((issue): ConfigurationProblem[] => {
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schema, issue.path);
      return issue.keys.map((key) => ({
        path: nameOf([...issue.path, key]),
        message: `is no setting; ${suggestion(key, known)}`,
      }));
    }
    // A record's wrong key carries its message one level down.
    const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return [{ path: nameOf(issue.path), message: message + found(issue, input) }];
  });
}

/** A path as people write it: `realms.main.resourceServers[0].id`. */
export function pathText(path: Path): string {
  if (path.length === 0) return "(the file)";
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

function found(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === "invalid_key") return "";
  const value = issue.path.reduce<unknown>(
    (at, part) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    input,
  );
  if (value === undefined) return issue.path.length === 0 ? "" : "; it is missing";
  const secret = issue.path.some((part) => /secret|url/i.test(String(part)));
  if (secret || typeof value === "object") return "";
  return `, not ${JSON.stringify(value).slice(0, 60)}`;
}

function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let node = z.toJSONSchema(schema, { io: "input" }) as Node;
  for (const part of path) {
    const inner = node.properties?.[String(part)] ?? (node.additionalProperties || undefined) ?? node.items;
    if (inner === undefined) return [];
    node = inner;
  }
  return Object.keys(node.properties ?? {}).filter((key) => key !== "$schema");
}
