// What Django REST framework says, in English and in Korean (ko-kr), by its own message catalogues; where those are silent, ours.
import type { FieldTexts, Locale, Texts } from "../../wire-field.ts";

const notAString = "Not a valid string.";

/** Texts of field problems. */
export const drfFieldTexts: Readonly<Record<Locale, FieldTexts>> = Object.freeze({
  en: {
    required: () => "This field is required.",
    blank: () => "This field may not be blank.",
    null: () => "This field may not be null.",
    wrong_type: ({ expected }) => wrongType.en[expected],
    too_long: ({ maximum }) => `Ensure this field has no more than ${maximum} characters.`,
    too_short: ({ minimum }) => `Ensure this field has at least ${minimum} characters.`,
    invalid_format: () => "Enter a valid value.",
    invalid_characters: () => "Null characters are not allowed.",
    not_a_choice: () => "This is not a valid choice.",
    unknown_field: () => "Unknown field.",
    incorrect: () => "This value is incorrect.",
    common: () => "This password is too common.",
    context_word: () => "The password is too similar to the username.",
  },
  ko: {
    required: () => "이 필드는 필수 항목입니다.",
    blank: () => "이 필드는 blank일 수 없습니다.",
    null: () => "이 필드는 null일 수 없습니다.",
    wrong_type: ({ expected }) => wrongType.ko[expected],
    too_long: ({ maximum }) => `이 필드의 글자 수가 ${maximum} 이하인지 확인하십시오.`,
    too_short: ({ minimum }) => `이 필드의 글자 수가 적어도 ${minimum} 이상인지 확인하십시오.`,
    invalid_format: () => "올바른 값을 입력하세요.",
    invalid_characters: () => "null 문자는 사용할 수 없습니다.",
    not_a_choice: () => "유효하지 않은 선택(choice)입니다.",
    unknown_field: () => "알 수 없는 필드입니다.",
    incorrect: () => "값이 올바르지 않습니다.",
    common: () => "비밀번호가 너무 일상적인 단어입니다.",
    context_word: () => "비밀번호가 사용자 이름와 너무 유사합니다.",
  },
});

const wrongType = Object.freeze({
  en: {
    string: notAString,
    integer: "A valid integer is required.",
    boolean: "Must be a valid boolean.",
    list: "Expected a list of items.",
    object: "Expected a dictionary of items.",
  },
  ko: {
    string: notAString,
    integer: "유효한 정수(integer)를 넣어주세요.",
    boolean: "Must be a valid boolean.",
    list: "아이템 리스트가 예상되었습니다.",
    object: "아이템 딕셔너리가 예상되었습니다.",
  },
});

/** Sentences without figures that stand under `detail`. */
export const drfDetails: Readonly<Record<DrfDetail, Texts>> = Object.freeze({
  malformed: { en: "Malformed request.", ko: "잘못된 요청입니다." },
  notAuthenticated: {
    en: "Authentication credentials were not provided.",
    ko: "자격 인증데이터(authentication credentials)가 제공되지 않았습니다.",
  },
  permissionDenied: {
    en: "You do not have permission to perform this action.",
    ko: "이 작업을 수행할 권한(permission)이 없습니다.",
  },
  notAcceptable: {
    en: "Could not satisfy the request Accept header.",
    ko: "Accept header 요청을 만족할 수 없습니다.",
  },
  throttled: { en: "Request was throttled.", ko: "요청이 지연(throttled)되었습니다." },
  serverError: { en: "A server error occurred.", ko: "서버 장애가 발생했습니다." },
  unavailable: {
    en: "Service temporarily unavailable, try again later.",
    ko: "서비스를 일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.",
  },
  tooLarge: { en: "The request body is too large.", ko: "요청 본문이 너무 큽니다." },
});

type DrfDetail =
  | "malformed"
  | "notAuthenticated"
  | "permissionDenied"
  | "notAcceptable"
  | "throttled"
  | "serverError"
  | "unavailable"
  | "tooLarge";

/** Sentences with what was sent. */
export const drfSentences: Readonly<
  Record<Locale, Readonly<Record<"mediaType" | "method" | "notADictionary", (sent: string) => string>>>
> = Object.freeze({
  en: {
    mediaType: (sent) => `Unsupported media type "${sent}" in request.`,
    method: (sent) => `Method "${sent}" not allowed.`,
    notADictionary: (sent) => `Invalid data. Expected a dictionary, but got ${sent}.`,
  },
  ko: {
    mediaType: (sent) => `요청된 "${sent}"가 지원되지 않는 미디어 형태입니다.`,
    method: (sent) => `메소드(Method) "${sent}"는 허용되지 않습니다.`,
    notADictionary: (sent) => `유효하지 않은 데이터. 딕셔너리(dictionary)대신 ${sent}를 받았습니다.`,
  },
});
