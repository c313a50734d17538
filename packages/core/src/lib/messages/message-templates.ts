// What messages say, in English and Korean. Pure functions of their values; a contract or an embedding application may word them otherwise.

import type { JsonValue } from "../kernel/json.ts";

/** Languages of the built-in messages. */
export type MessageLanguage = "en" | "ko";

/** A worded message; `subject` is for e-mail. */
export interface MessageText {
  readonly subject: string;
  readonly text: string;
}

/** Every message that core sends. */
export interface MessageTemplates {
  /** A one-time code with which somebody logs in. */
  logInCode(values: { readonly code: string; readonly minutes: number }): MessageText;
  /** The link that confirms an address; it works once. `attributes` are the new account's. */
  confirmEmail(values: {
    readonly link: string;
    readonly hours: number;
    readonly attributes: Readonly<Record<string, JsonValue>>;
  }): MessageText;
  /** A changed password, told to the account's owner. `service` is a host, `time` reads `2026-01-15 09:30 UTC`. */
  passwordChanged(values: { readonly service: string; readonly time: string }): MessageText;
}

/** English. The sentence is one that phones recognise as a code to fill in. */
export const englishMessages: MessageTemplates = Object.freeze({
  logInCode: ({ code }) => ({ subject: "Your log-in code", text: `Use this code to log in: ${code}` }),
  confirmEmail: ({ link, hours }) => ({
    subject: "Confirm your e-mail address",
    text: `Open this link to confirm your e-mail address. It works once, within ${hours} hours. If you did not sign up, do nothing.\n\n${link}`,
  }),
  passwordChanged: ({ service, time }) => ({
    subject: "Your password was changed",
    text: `The password of your account at ${service} was changed on ${time}. If that was not you, tell whoever runs ${service} at once.`,
  }),
} satisfies MessageTemplates);

/** Korean. */
export const koreanMessages: MessageTemplates = Object.freeze({
  logInCode: ({ code, minutes }) => ({
    subject: "로그인 인증번호",
    text: `로그인 인증번호는 ${code}입니다. ${minutes}분 안에 입력해 주세요.`,
  }),
  confirmEmail: ({ link, hours }) => ({
    subject: "이메일 주소 인증",
    text: `아래 링크를 열어 이메일 주소를 인증해 주세요. 링크는 ${hours}시간 안에 한 번만 사용할 수 있습니다. 가입하신 적이 없다면 무시하셔도 됩니다.\n\n${link}`,
  }),
  passwordChanged: ({ service, time }) => ({
    subject: "비밀번호가 변경되었습니다",
    text: `${service} 계정의 비밀번호가 ${time}에 변경되었습니다. 본인이 변경하지 않았다면 바로 ${service} 운영자에게 알려 주세요.`,
  }),
} satisfies MessageTemplates);

/** The built-in messages by language. */
export const messageTemplates: Readonly<Record<MessageLanguage, MessageTemplates>> = Object.freeze({
  en: englishMessages,
  ko: koreanMessages,
});
