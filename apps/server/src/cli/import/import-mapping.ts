// How a record's members become an account: which member is which identifier, attribute, role. It knows no file and no system.
import { accountStatuses } from "@latchkey/core";
import type { AccountStatus, FieldProblem, FieldProblems, ImportedAccountInput, JsonValue } from "@latchkey/core";

/** What the options of the command say. */
export interface ImportMapping {
  /** Kind of identifier → member; an empty member leaves the kind out. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** Attribute → member. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly rolesField: string | undefined;
  readonly statusField: string | undefined;
  /** The role that whoever is a superuser gets beside the others. */
  readonly superuserRole: string | undefined;
  readonly newNumbers: boolean;
  readonly rolesAtSignUp: readonly string[];
}

/** The members of one record, flat. */
export type Members = Readonly<Record<string, JsonValue | undefined>>;

/** An account to import, or what is wrong with its record. */
export type MappedRecord = { readonly input: ImportedAccountInput } | { readonly problems: FieldProblems };

const shortUuid = /^[2-9A-HJ-NP-Za-km-z]{22}$/;
const wrongForm: readonly FieldProblem[] = [{ problem: "invalid_format" }];
const isAbsent = (value: JsonValue | undefined): value is null | undefined | "" =>
  value === undefined || value === null || value === "";

/** Maps a record. `passwordHash` was taken from it already. */
export function mapMembers(members: Members, passwordHash: string | null, mapping: ImportMapping): MappedRecord {
  const problems: Record<string, readonly FieldProblem[]> = {};
  const identifiers: Record<string, string> = {};
  for (const [kind, field] of Object.entries(mapping.identifiers)) {
    const value = field === "" ? undefined : members[field];
    if (isAbsent(value)) continue;
    if (typeof value === "string" || typeof value === "number") identifiers[kind] = String(value);
    else problems[kind] = [{ problem: "wrong_type", expected: "string" }];
  }
  const attributes = Object.entries(mapping.attributes).flatMap(([name, field]): [string, JsonValue][] => {
    const value = members[field];
    return isAbsent(value) ? [] : [[name, value]];
  });
  const roles = readRoles(members, mapping);
  if (roles === undefined) problems["roles"] = wrongForm;
  const status = readStatus(members, mapping.statusField);
  if (status === undefined) problems["status"] = [{ problem: "not_a_choice", choices: accountStatuses }];
  const createdAt = readInstant(members["date_joined"] ?? members["created_at"] ?? members["createdAt"]);
  if (createdAt === "wrong") problems["created_at"] = wrongForm;
  if (Object.keys(problems).length > 0) return { problems };
  return {
    input: {
      identifiers,
      ...readIdentity(members, mapping.newNumbers),
      passwordHash,
      status: status!,
      roles: roles!,
      attributes: Object.fromEntries(attributes),
      ...(typeof createdAt === "number" && { createdAt }),
    },
  };
}

/** Number and id as clients know them from tokens and paths. */
function readIdentity(members: Members, newNumbers: boolean): Pick<ImportedAccountInput, "number" | "id"> {
  const { id, uuid = id } = members;
  const number = typeof id === "string" && /^[1-9]\d{0,9}$/.test(id) ? Number(id) : id;
  return {
    ...(typeof number === "number" && !newNumbers && { number }),
    ...(typeof uuid === "string" && shortUuid.test(uuid) && { id: uuid }),
  };
}

function readRoles(members: Members, mapping: ImportMapping): readonly string[] | undefined {
  const { rolesField, superuserRole, rolesAtSignUp } = mapping;
  const given = rolesField === undefined ? undefined : members[rolesField];
  const list = typeof given === "string" ? given.split(",") : (given ?? rolesAtSignUp);
  if (!Array.isArray(list)) return undefined;
  // Some systems have a list of names, some one of objects {"role": name}.
  const named = list.map((role: unknown) =>
    typeof role === "object" && role !== null && "role" in role ? role.role : role,
  );
  if (!named.every((role) => typeof role === "string")) return undefined;
  const roles = named.map((role) => role.trim()).filter((role) => role !== "");
  return superuserRole !== undefined && isTrue(members["is_superuser"]) ? [...roles, superuserRole] : roles;
}

const isTrue = (value: JsonValue | undefined) => value === true || value === 1;

function readStatus(members: Members, statusField: string | undefined): AccountStatus | undefined {
  if (statusField !== undefined) {
    const entered = members[statusField];
    return entered === "accepted" ? "active" : accountStatuses.find((status) => status === entered);
  }
  const active = members["is_active"] ?? members["active"] ?? true;
  return isTrue(active) && !isTrue(members["disabled"]) ? "active" : "disabled";
}

/** An instant of ISO 8601 (of UTC where it names no zone), or a number of seconds or milliseconds; `undefined` where there is none. */
export function readInstant(value: JsonValue | undefined): number | "wrong" | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))) {
    const number = Number(value);
    return Math.floor(number < 100_000_000_000 ? number * 1000 : number);
  }
  if (typeof value !== "string") return "wrong";
  const [, date, time = "T00:00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(value) ?? [];
  if (date === undefined) return "wrong";
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  const milliseconds = Date.parse(`${date}T${time.replace(/^T/, "").replace(/(\.\d{3})\d+/, "$1")}${offset}`);
  return Number.isNaN(milliseconds) ? "wrong" : milliseconds;
}
