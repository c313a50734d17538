// The formats of the import: where the accounts lie in a file, and what their members are called. Each is a table of its system's own names.
import { encodeFirebaseHash } from "@latchkey/core";
import type { FieldProblem, FirebaseHashParameters, JsonObject, JsonValue } from "@latchkey/core";
import { mapMembers, readInstant, type ImportMapping, type MappedRecord, type Members } from "./import-mapping.ts";

/** What a format needs beside the record. */
export interface FormatSettings {
  readonly mapping: ImportMapping;
  readonly passwordField: string | undefined;
  readonly firebase: FirebaseHashParameters | undefined;
}

/** A format. `skip`: a record that is no account. */
export interface ImportFormat {
  readonly depth: 0 | 1;
  read(record: JsonObject, settings: FormatSettings): MappedRecord | "skip";
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Django marks a password that nobody can enter with `!`. */
function usable(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" && !value.startsWith("!") ? value : null;
}

/** `manage.py dumpdata`: records of other models, which have no password, are skipped. */
const django: ImportFormat = {
  depth: 0,
  read({ pk, fields }, { mapping, passwordField = "password" }) {
    if (!isObject(fields) || !Object.hasOwn(fields, passwordField)) return "skip";
    return mapMembers({ ...fields, id: pk }, usable(fields[passwordField]), mapping);
  },
};

const passwordFields = ["password", "password_hash", "pw_hash", "hashed_password"];

/** Rows of a table, as an application of Flask keeps them. */
const werkzeug: ImportFormat = {
  depth: 0,
  read(row, { mapping, passwordField }) {
    const field = passwordField ?? passwordFields.find((name) => Object.hasOwn(row, name));
    return mapMembers(row, usable(field === undefined ? null : row[field]), mapping);
  },
};

/** `firebase auth:export users.json`. */
const firebase: ImportFormat = {
  depth: 1,
  read(user, { mapping, firebase: parameters }) {
    if (typeof user["localId"] !== "string") return "skip";
    const { localId, phoneNumber, displayName, passwordHash, salt = "" } = user;
    const members: Members = {
      ...readClaims(user["customAttributes"]),
      ...user,
      mobile: phoneNumber,
      nickname: displayName,
      firebase_uid: localId,
    };
    if (typeof passwordHash !== "string" || typeof salt !== "string") return mapMembers(members, null, mapping);
    if (parameters === undefined)
      return { problems: { "password_hash (needs --hash-config)": [{ problem: "required" }] } };
    return mapMembers(members, encodeFirebaseHash(parameters, passwordHash, salt), mapping);
  },
};

function readClaims(text: JsonValue | undefined): JsonObject {
  if (typeof text !== "string") return {};
  try {
    const claims = JSON.parse(text) as JsonValue;
    return isObject(claims) ? claims : {};
  } catch {
    return {};
  }
}

const ownMembers = ["identifiers", "id", "number", "password_hash", "roles", "status", "attributes", "created_at"];
type Expected = Extract<FieldProblem, { readonly problem: "wrong_type" }>["expected"];

/** Latchkey's own lines. */
const jsonl: ImportFormat = {
  depth: 0,
  read(record) {
    const problems: Record<string, readonly FieldProblem[]> = {};
    for (const name of Object.keys(record))
      if (!ownMembers.includes(name)) problems[name] = [{ problem: "unknown_field" }];
    const expect = (name: string, expected: Expected, fits: (value: JsonValue) => boolean) => {
      const value = record[name];
      if (value !== undefined && !fits(value)) problems[name] = [{ problem: "wrong_type", expected }];
    };
    const isText = (value: JsonValue) => typeof value === "string";
    expect("identifiers", "object", (value) => isObject(value) && Object.values(value).every(isText));
    expect("id", "string", isText);
    expect("number", "integer", (value) => Number.isInteger(value));
    expect("password_hash", "string", (value) => value === null || isText(value));
    expect("roles", "list", (value) => Array.isArray(value) && value.every(isText));
    expect("status", "string", isText);
    expect("attributes", "object", isObject);
    const createdAt = readInstant(record["created_at"]);
    if (createdAt === "wrong") problems["created_at"] = [{ problem: "invalid_format" }];
    if (Object.keys(problems).length > 0) return { problems };
    const { password_hash: passwordHash, created_at: _, ...rest } = record;
    const given = { identifiers: {}, ...rest, ...(passwordHash !== undefined && { passwordHash }) };
    return { input: { ...given, ...(createdAt !== undefined && { createdAt }) } } as MappedRecord;
  },
};

/** The formats by the name that `--format` takes. */
export const importFormats: Readonly<Record<string, ImportFormat>> = { django, werkzeug, firebase, jsonl };
