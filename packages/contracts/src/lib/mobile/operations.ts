// The documented operations of `mobile`: registration, log-in by SMS in two steps, refresh, log-out.
import { exampleTokens } from "../example-results.ts";
import { operation } from "../operation.ts";
import { openField } from "../profiles/drf/drf-fields.ts";
import { drfProfile } from "../profiles/drf/drf-profile.ts";
import type { AnyWireOperation } from "../wire-contract.ts";
import type { WireField } from "../wire-field.ts";
import type { WireProfile } from "../wire-profile.ts";
import { refusedAlias, refusedLogOut } from "./errors.ts";
import { memberFields, mobile, token } from "./fields.ts";
import type { ReferenceData } from "./reference-data.ts";
import { userBody } from "./replies.ts";

/** Where nothing else is said: DRF with SimpleJWT as default authentication. */
export const mobileProfile: WireProfile = drfProfile({ locale: "ko", authentication: "simplejwt" });

/** SimpleJWT's own views authenticate nobody: they ignore a Bearer header. */
const ownView: WireProfile = { ...mobileProfile, bearer: { ...mobileProfile.bearer, refusedWhereOpen: false } };

const tag = "Accounts";
const refreshToken: WireField<"refreshToken"> = {
  ...openField("refreshToken", exampleTokens.refreshToken),
  secret: true,
};

const tokenOperations: readonly AnyWireOperation[] = [
  operation("refresh", "POST /api/token/refresh/", "Refresh token", {
    tag,
    operationId: "token_refresh",
    description: "access 토큰이 만료된 경우 재발급 받습니다.",
    profile: ownView,
    fields: { refresh: refreshToken },
    reply: {
      status: 200,
      body: ({ tokens }) => ({ access: tokens.accessToken, refresh: tokens.refreshToken }),
      schema: "Tokens",
    },
  }),
  operation("logOut", "POST /api/logout/", "Logout", {
    tag,
    operationId: "logout",
    description: "서버에서 refresh token을 blacklist 합니다. 로그아웃 후에도 access은 valid합니다.",
    // The body's token counts; the header's only where the body has none.
    fields: {
      Refresh: { ...refreshToken, in: "header", optional: true },
      refresh: { ...refreshToken, optional: true, null: "absent", blank: "absent" },
    },
    reply: { status: 200, body: () => ({ detail: "Successfully logged out." }), schema: "Detail" },
    errors: refusedLogOut,
  }),
];

/** The operations of the document. */
export function accountOperations(data: ReferenceData): readonly AnyWireOperation[] {
  return [...logInOperations(data), ...tokenOperations];
}

function logInOperations(data: ReferenceData): readonly AnyWireOperation[] {
  return [
    operation("signUp", "POST /api/registration/", "Register User", {
      tag,
      operationId: "registration",
      description:
        "회원가입에 사용합니다. avatar, profile, verification_files 모두 presigned_url을 사용하며 먼저 이미지를 S3에 업로드 후, 해당 파일의 str 경로를 POST합니다.",
      fields: memberFields(data),
      reply: {
        status: 201,
        body: ({ account, tokens }, context) => ({
          access: tokens?.accessToken ?? null,
          refresh: tokens?.refreshToken ?? null,
          user: userBody(account, data, context),
        }),
        schema: "LoggedIn",
      },
    }),
    operation("requestCode", "POST /api/auth/mobile/", "Login Step 1 (Get token)", {
      tag,
      operationId: "login_step_1",
      description:
        "로그인을 위한 첫 번째 과정으로 핸드폰 번호를 보내면, 6자리 인증 토큰이 twilio API를 통해 사용자의 휴대폰 SMS로 보내지게 됩니다.",
      fields: { mobile },
      reply: { status: 200, body: () => ({ detail: "We texted you a login code." }), schema: "Detail" },
    }),
    operation("logInWithCode", "POST /api/token/", "Login Step 2 (Use token)", {
      tag,
      operationId: "login_step_2",
      description: "발급받은 access 토큰을 헤더에 담아 인증이 필요한 API에 요청을 보냅니다.",
      fields: { mobile: { ...mobile, optional: true }, token },
      reply: {
        status: 200,
        body: ({ account, tokens }, context) => ({
          access: tokens.accessToken,
          refresh: tokens.refreshToken,
          user: userBody(account, data, context),
        }),
        schema: "LoggedIn",
      },
      errors: refusedAlias,
    }),
  ];
}
