// Takes over the accounts of another system, with the passwords that they have.
import { createReadStream, createWriteStream, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { once } from "node:events";
import type { FirebaseHashParameters, RealmPolicy } from "@latchkey/core";
import { CommandError, UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { importFormats } from "../import/import-formats.ts";
import type { ImportMapping } from "../import/import-mapping.ts";
import { ImportReport, type Refusal } from "../import/import-report.ts";
import { runImport } from "../import/run-import.ts";
import { withScratchRealm } from "../import/scratch-realm.ts";
import { withRealm } from "../open-realm.ts";
import { writeJson } from "../output.ts";
import { formatTable } from "../table.ts";
import { readRoles } from "./accounts.ts";

/** `import`. */
export const importCommand: Command = {
  positions: ["FILE"],
  perRealm: true,
  help: [
    "Takes over accounts of another system with their password hashes, numbers and roles; nobody has to reset a password.",
    "FILE is what that system exports, in UTF-8; - is standard input. docs/moving-in/ tells how to make it and what comes before and after.",
    "May be interrupted and run again: what is there already stays as it is. Exit code 1 where a record was refused.",
  ].join("\n"),
  options: {
    format: { type: "string", value: "FORMAT", description: Object.keys(importFormats).join(", ") },
    "dry-run": { type: "boolean", description: "Write nothing, and say what would become of each record" },
    refused: {
      type: "string",
      value: "FILE",
      description: "Write what is refused, and why, to this file, one JSON a line",
    },
    identifier: {
      type: "string",
      multiple: true,
      value: "KIND=FIELD",
      description: "Which member is an identifier. Default: the one of its name; KIND= leaves it out",
    },
    attribute: {
      type: "string",
      multiple: true,
      value: "NAME[=FIELD]",
      description: "A member to keep as an attribute. Always: nickname, and username where it is no identifier",
    },
    "password-field": {
      type: "string",
      value: "FIELD",
      description: "The member with the hash. Default: the usual names",
    },
    "roles-field": {
      type: "string",
      value: "FIELD",
      description: "The member with the roles. Default: those of a sign-up",
    },
    "status-field": { type: "string", value: "FIELD", description: "The member with the status. Default: is_active" },
    "superuser-role": { type: "string", value: "ROLE", description: "A role for whom is_superuser names" },
    "new-numbers": { type: "boolean", description: "Give new numbers; old access tokens then name nobody" },
    "hash-config": { type: "string", value: "FILE", description: "Firebase's password hash parameters, as JSON" },
  },
  run: async (input) => {
    const format = readFormat(input);
    const firebase = readHashConfig(input);
    const source = openSource(input);
    return await withRealm(input, async (provider, { realm, configuration }) => {
      const refusedFile = input.option("refused");
      const refused =
        refusedFile === undefined ? undefined : createWriteStream(resolve(input.io.workingDirectory, refusedFile));
      const report = new ImportReport(input.io, refused && ((refusal) => void refused.write(refusalLine(refusal))));
      const mapping = readMapping(input, provider.policy);
      const stop = new AbortController();
      const interrupt = () => stop.abort();
      process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
      try {
        const settings = { mapping, passwordField: input.option("password-field"), firebase };
        const run = { source, format, settings, provider, report, signal: stop.signal };
        if (input.flag("dry-run"))
          await withScratchRealm(realm, configuration, (scratch) => runImport({ ...run, scratch }));
        else await runImport({ ...run, scratch: undefined });
      } finally {
        process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
        if (refused !== undefined) await once(refused.end(), "finish");
      }
      return finish(input, report, stop.signal.aborted);
    });
  },
};

const refusalLine = (refusal: Refusal) => `${JSON.stringify(refusal)}\n`;

function finish(input: CommandInput, report: ImportReport, interrupted: boolean): number {
  const { imported, present, refused, skipped, withoutPassword, withoutLogIn } = report.counts;
  const dryRun = input.flag("dry-run");
  if (imported + present + refused === 0 && !interrupted)
    throw new CommandError(
      `The file has no account in the format ${input.option("format")}${skipped > 0 ? `: its ${skipped} records are something else` : ""}.`,
    );
  const counts = {
    imported,
    present,
    refused,
    skipped,
    without_password: withoutPassword,
    without_log_in: withoutLogIn,
  };
  const reasons = Object.fromEntries([...report.reasons].sort(([, left], [, right]) => right - left));
  if (input.json) writeJson(input, { dry_run: dryRun, interrupted, ...counts, reasons, seconds: report.seconds() });
  else {
    const rows = [
      [dryRun ? "would be imported" : "imported", imported],
      ["already there", present],
      ["refused", refused],
      ["skipped, being no accounts", skipped],
      ["without a password", withoutPassword],
      ["without an identifier to log in with", withoutLogIn],
      ...Object.entries(reasons).map(([reason, count]) => [`refused: ${reason}`, count]),
    ];
    input.io.stdout.write(formatTable(["WHAT", "RECORDS"], rows));
  }
  if (interrupted) input.io.stderr.write("Interrupted. Run the same command again, and it goes on.\n");
  return refused > 0 || interrupted ? exitCodes.failure : exitCodes.ok;
}

function readFormat(input: CommandInput) {
  const name = input.option("format") ?? "";
  if (!Object.hasOwn(importFormats, name))
    throw new UsageError(`--format must be one of ${Object.keys(importFormats).join(", ")}.`);
  return importFormats[name]!;
}

function openSource(input: CommandInput): AsyncIterable<Uint8Array> {
  const name = input.positions[0]!;
  if (name === "-") return input.io.stdin;
  const path = resolve(input.io.workingDirectory, name);
  try {
    if (!statSync(path).isFile()) throw new CommandError(`${name} is no file.`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  return createReadStream(path);
}

function readMapping(input: CommandInput, policy: RealmPolicy): ImportMapping {
  const kinds = Object.keys(policy.identifiers);
  const identifiers = Object.fromEntries(kinds.map((kind) => [kind, kind]));
  for (const pair of input.options("identifier")) {
    const [kind, field] = split(pair);
    if (field === undefined || !kinds.includes(kind))
      throw new UsageError(`--identifier must be KIND=FIELD, with a KIND of ${kinds.join(", ")}.`);
    identifiers[kind] = field;
  }
  const usual = ["nickname", "firebase_uid", ...(kinds.includes("username") ? [] : ["username"])];
  const attributes = Object.fromEntries([
    ...usual.map((name) => [name, name]),
    ...input.options("attribute").map((pair) => [split(pair)[0], split(pair)[1] ?? pair]),
  ]) as Record<string, string>;
  const superuserRole = input.option("superuser-role");
  return {
    identifiers,
    attributes,
    rolesField: input.option("roles-field"),
    statusField: input.option("status-field"),
    superuserRole: superuserRole === undefined ? undefined : readRoles(superuserRole)[0],
    newNumbers: input.flag("new-numbers"),
    rolesAtSignUp: policy.rolesAtSignUp,
  };
}

function split(pair: string): readonly [string, string | undefined] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
}

function readHashConfig(input: CommandInput): FirebaseHashParameters | undefined {
  const name = input.option("hash-config");
  if (name === undefined) return undefined;
  const wanted = { base64_signer_key: "string", base64_salt_separator: "string", rounds: "number", mem_cost: "number" };
  try {
    const value = JSON.parse(readFileSync(resolve(input.io.workingDirectory, name), "utf8")) as Record<string, unknown>;
    if (Object.entries(wanted).every(([member, type]) => typeof value[member] === type))
      return value as unknown as FirebaseHashParameters;
  } catch (error) {
    throw new CommandError(
      `${name} cannot be read as JSON: ${(error as NodeJS.ErrnoException).code ?? "its form is wrong"}`,
    );
  }
  throw new CommandError(`${name} must be an object with ${Object.keys(wanted).join(", ")}.`);
}
