// What messages say, in English and Korean. Pure functions of their values; a contract or an embedding application may word them otherwise.

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
}

/** English. The sentence is one that phones recognise as a code to fill in. */
export const englishMessages: MessageTemplates = Object.freeze({
  logInCode: ({ code }) => ({ subject: "Your log-in code", text: `Use this code to log in: ${code}` }),
} satisfies MessageTemplates);

/** Korean. */
export const koreanMessages: MessageTemplates = Object.freeze({
  logInCode: ({ code, minutes }) => ({
    subject: "로그인 인증번호",
    text: `로그인 인증번호는 ${code}입니다. ${minutes}분 안에 입력해 주세요.`,
  }),
} satisfies MessageTemplates);

/** The built-in messages by language. */
export const messageTemplates: Readonly<Record<MessageLanguage, MessageTemplates>> = Object.freeze({
  en: englishMessages,
  ko: koreanMessages,
});
