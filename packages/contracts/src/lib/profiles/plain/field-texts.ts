// What the plain profile says of a field's problem, in English and Korean.
import type { FieldTexts, Locale } from "../../wire-field.ts";

const typeNames = Object.freeze({
  en: { string: "a string", integer: "an integer", boolean: "true or false", list: "a list", object: "an object" },
  ko: { string: "문자열", integer: "정수", boolean: "true 또는 false", list: "목록", object: "객체" },
});

/** Texts by language. */
export const plainTexts: Readonly<Record<Locale, FieldTexts>> = Object.freeze({
  en: {
    required: () => "This field is required.",
    blank: () => "This field may not be blank.",
    null: () => "This field may not be null.",
    wrong_type: ({ expected }) => `This must be ${typeNames.en[expected]}.`,
    too_long: ({ maximum }) => `This may have at most ${maximum} characters.`,
    too_short: ({ minimum }) => `This must have at least ${minimum} characters.`,
    invalid_format: () => "This value is not in the expected form.",
    invalid_characters: () => "This contains characters that are not allowed.",
    not_a_choice: ({ choices }) => `This must be one of: ${choices.join(", ")}.`,
    unknown_field: () => "This field is unknown.",
    incorrect: () => "This is not correct.",
    common: () => "This password is too common.",
    context_word: () => "This password is made of your user name, address or number, or of this service's name.",
  },
  ko: {
    required: () => "필수 항목입니다.",
    blank: () => "빈 값일 수 없습니다.",
    null: () => "null일 수 없습니다.",
    wrong_type: ({ expected }) => `형식이 올바르지 않습니다. (${typeNames.ko[expected]})`,
    too_long: ({ maximum }) => `${maximum}자 이하여야 합니다.`,
    too_short: ({ minimum }) => `${minimum}자 이상이어야 합니다.`,
    invalid_format: () => "형식이 올바르지 않습니다.",
    invalid_characters: () => "사용할 수 없는 문자가 포함되어 있습니다.",
    not_a_choice: ({ choices }) => `다음 중 하나여야 합니다: ${choices.join(", ")}.`,
    unknown_field: () => "알 수 없는 항목입니다.",
    incorrect: () => "올바르지 않습니다.",
    common: () => "너무 흔한 비밀번호입니다.",
    context_word: () => "아이디, 이메일, 전화번호 또는 서비스 이름으로 만든 비밀번호는 사용할 수 없습니다.",
  },
});
