// Request fields of the contract `mobile`, in the order of its document.
import type { JsonValue } from "@latchkey/core";
import { textField } from "../profiles/drf/drf-fields.ts";
import type { FieldType, WireField } from "../wire-field.ts";
import { wrongCode } from "./errors.ts";
import type { ReferenceData } from "./reference-data.ts";

type Fields<Target extends string> = Readonly<Record<string, WireField<Target>>>;
type MemberTarget = `identifiers.${string}` | `attributes.${string}`;

const numberText = "Mobile number must be entered in the format: '+999999999'. Up to 15 digits allowed.";
const digitsText = (maximum: number): string => `이 필드의 글자 수가 ${maximum} 이하인지 확인하십시오.`;

/** A path below `media/`: no scheme, no step upwards. */
const path: FieldType = {
  type: "text",
  maximum: 255,
  pattern: { expression: /^(?![/.])(?!.*\.\.)(?!.*\/\/)[\w./-]+$/, problem: "invalid_format" },
};
/** A day of the calendar, leap years and all. */
const date =
  /^(?!0000)(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)$/;
const dateText = "Date의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: YYYY-MM-DD.";

const optional = <Target extends string>(to: Target, type: FieldType, example: JsonValue): WireField<Target> => ({
  to,
  type,
  optional: true,
  null: "absent",
  example,
});

const known = (entries: readonly { readonly uuid: string }[]): FieldType => ({
  type: "choice",
  choices: Object.fromEntries(entries.map(({ uuid }) => [uuid, uuid])),
});
const unknownEntry: NonNullable<WireField["texts"]> = {
  ko: { not_a_choice: ({ entered = "" }) => `uuid=${entered} 객체가 존재하지 않습니다.` },
};

/** What is known of a member. */
export function memberFields(data: ReferenceData): Fields<MemberTarget> {
  const file: FieldType = {
    type: "object",
    members: { display_order: { type: "integer", minimum: 0 }, original: path },
  };
  const [profession] = data.professions;
  return {
    avatar: optional("attributes.avatar", path, "images/users/avatars/avatar_dIdjeka9Mk28fsidje8X29d.jpeg"),
    birth: {
      to: "attributes.birth",
      type: { type: "text", pattern: { expression: date, problem: "invalid_format" } },
      texts: { ko: { invalid_format: () => dateText, blank: () => dateText } },
      example: "1984-10-23",
    },
    carrier: optional("attributes.carrier", { type: "text", maximum: 50 }, "SK telecom"),
    foreigner: optional("attributes.foreigner", { type: "boolean" }, false),
    gender: {
      to: "attributes.gender",
      type: { type: "choice", choices: { male: "male", female: "female" } },
      texts: { ko: { not_a_choice: ({ entered = "" }) => `"${entered}"이 유효하지 않은 선택(choice)입니다.` } },
      example: "male",
    },
    interests: {
      ...optional(
        "attributes.interests",
        { type: "list", of: known(data.interests), maximumItems: 50 },
        data.interests.map(({ uuid }) => uuid),
      ),
      texts: unknownEntry,
    },
    mobile: {
      to: "identifiers.mobile",
      type: { type: "text" },
      texts: { ko: { invalid_format: () => numberText, too_long: () => numberText } },
      example: "01090991005",
    },
    name: textField("attributes.name", 50, "손흥민"),
    profession: {
      ...optional("attributes.profession", known(data.professions), profession?.uuid ?? null),
      texts: unknownEntry,
    },
    profile: optional("attributes.profile", path, "images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg"),
    unique_in_site: optional("identifiers.unique_in_site", { type: "text", maximum: 150 }, "239dfj239dfjasdf"),
    unique_key: optional("identifiers.unique_key", { type: "text", maximum: 150 }, "asdfi23jadsf92"),
    username: textField("identifiers.username", 150, "도도"),
    verification_files: optional("attributes.verification_files", { type: "list", of: file, maximumItems: 20 }, [
      { display_order: 0, original: "images/users/verifications/verification_aKJXhaUGtobGKWMJSRHiti.jpeg" },
    ]),
  };
}

/** The number of somebody who logs in. */
export const mobile: WireField<"identifier"> = {
  to: "identifier",
  type: {
    type: "text",
    maximum: 17,
    pattern: { expression: /^(?:\+[1-9]\d{1,14}|0\d{8,10})$/, problem: "invalid_format" },
  },
  texts: { ko: { invalid_format: () => numberText, too_long: ({ maximum }) => [numberText, digitsText(maximum)] } },
  example: "+821012345678",
};

/** The six digits of the message. */
export const token: WireField<"code"> = {
  to: "code",
  type: { type: "text", pattern: { expression: /^[\s\S]{6}$/u, problem: "invalid_format" } },
  texts: {
    ko: {
      required: () => "Invalid Token",
      blank: () => "Invalid Token",
      invalid_format: () => [wrongCode, "Tokens are 6 digits long."],
    },
  },
  secret: true,
  example: "631321",
};
