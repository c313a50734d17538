// Bodies of the contract `mobile`: members as their owner sees them. Pure functions of an account, the reference data, the day and the server's address.
import type { Account, AccountStatus, JsonObject, JsonValue } from "@latchkey/core";
import type { ReplyContext } from "../wire-contract.ts";
import type { ReferenceData } from "./reference-data.ts";

type Context = Pick<ReplyContext, "publicUrl" | "now">;

const statuses: Readonly<Record<AccountStatus, string>> = {
  active: "accepted",
  pending: "pending",
  declined: "declined",
  disabled: "declined",
};

// The service counts days in Korea, which has no summer time.
const koreaAhead = 9 * 3_600_000;

/** Completed years on the day of `now` in Korea; `null` without a date of birth. */
export function ageOf(birth: JsonValue | undefined, now: number): number | null {
  if (typeof birth !== "string") return null;
  const today = new Date(now + koreaAhead).toISOString().slice(0, 10);
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}

const text = (value: JsonValue | undefined): JsonValue => value ?? null;
const media = (path: JsonValue | undefined): JsonValue => (typeof path === "string" ? `/media/${path}` : null);

/** The members' parts, each as the document shows it. */
function partsOf({ id, status, identifiers, attributes }: Account, data: ReferenceData, context: Context) {
  const wanted = Array.isArray(attributes["interests"]) ? attributes["interests"] : [];
  const interests = data.interests
    .filter(({ uuid }) => wanted.includes(uuid))
    .map(({ emoji, name, uuid, image }) => ({ emoji, name, uuid, image: `${context.publicUrl}/media/${image}` }));
  const profession = data.professions.find(({ uuid }) => uuid === attributes["profession"]);
  return {
    age: ageOf(attributes["birth"], context.now),
    birth: text(attributes["birth"]),
    gender: text(attributes["gender"]),
    interests,
    profession: profession ? { emoji: profession.emoji, name: profession.name, uuid: profession.uuid } : null,
    profile: media(attributes["profile"]),
    status: statuses[status],
    username: identifiers["username"] ?? null,
    uuid: id,
  };
}

/** A member beside tokens: nine members in the order of the document. */
export function userBody(account: Account, data: ReferenceData, context: Context): JsonObject {
  return partsOf(account, data, context);
}

/** A member at `/users/me/`: the same nine in the order of that endpoint. */
export function memberBody(account: Account, data: ReferenceData, context: Context): JsonObject {
  const { uuid, username, profile, gender, birth, profession, interests, status, age } = partsOf(
    account,
    data,
    context,
  );
  return { uuid, username, profile, gender, birth, profession, interests, status, age };
}
