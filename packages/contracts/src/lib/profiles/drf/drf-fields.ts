// Fields that the Django contracts share, by what a project may set of them.
import type { JsonObject, JsonValue, RealmPolicy } from "@latchkey/core";
import type { WireField } from "../../wire-field.ts";

/** A text of at most so many characters. */
export function textField<Target extends string>(to: Target, maximum: number, example: JsonValue): WireField<Target> {
  return { to, type: { type: "text", maximum }, example };
}

/** A text without a bound, as serializers of log-ins have them. */
export function openField<Target extends string>(to: Target, example: JsonValue): WireField<Target> {
  return { to, type: { type: "text" }, example };
}

/** What a Django project of these tasks allows: single-use refresh tokens of a day, user names compared byte by byte, any password of at most 128 characters. */
export const djangoPolicy: Pick<
  RealmPolicy,
  | "refreshIdleSeconds"
  | "refreshAbsoluteSeconds"
  | "leewaySeconds"
  | "revokeFamilyOnReuse"
  | "maxFamiliesPerAccount"
  | "accessRevocation"
  | "passwordRule"
  | "identifiers"
> = Object.freeze({
  refreshIdleSeconds: 86_400,
  refreshAbsoluteSeconds: 86_400,
  leewaySeconds: 0,
  revokeFamilyOnReuse: false,
  maxFamiliesPerAccount: null,
  // Django reads the user of each token, and so do we: a deleted or inactive one is found at once.
  accessRevocation: "strict",
  passwordRule: Object.freeze({ minimum: 1, maximum: 128 }),
  identifiers: Object.freeze({ username: Object.freeze({ syntax: "text", form: "exact", maximum: 150 }) }),
});

/** A schema of an object all of whose members are always there. */
export function objectSchema(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: "object", properties, required: Object.keys(properties) };
}

/** A text, for schemas. */
export const textSchema: JsonObject = Object.freeze({ type: "string" });
