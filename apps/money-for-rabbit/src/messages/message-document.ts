// The messages' fields and how readers see the operations, beside those of the contract.
import type { WireField } from "@latchkey/contracts";
import { rabbit } from "@latchkey/contracts/rabbit";
import type { JsonObject } from "@latchkey/core";
import { describeRoutes, type OwnRoute } from "@latchkey/hono";

const int32 = { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } as const;

/** Fields of a new message. */
export const messageFields: OwnRoute["fields"] = Object.freeze({
  message: { to: "message", type: { type: "text", maximum: 150 }, blank: true, example: "새해 복 많이 받으세요" },
  amount: { to: "amount", type: int32, blank: true, example: 5000 },
  is_moneybag: { to: "is_moneybag", type: { type: "boolean" }, blank: true, example: false },
} satisfies OwnRoute["fields"]);

const inPath: WireField = { to: null, in: "path", type: { type: "integer", minimum: 0 }, example: 31 };
const page: WireField = { to: null, in: "query", type: { type: "integer" }, optional: true, example: 1 };
const item: JsonObject = {
  id: 49,
  message: "새해 복 많이 받으세요",
  amount: 1000,
  is_moneybag: false,
  image_name: "Money_1000.png",
  author_name: "정재균바보",
};
const list: JsonObject = {
  user_info: { username: "정재균바보", email: "logical_man@naver.com", total_amount: 1000 },
  next: "http://localhost:8010/api/user/31/messages?page=2",
  prev: null,
  messages: [item],
};
type Row = readonly [OwnRoute["method"], string, string, OwnRoute["fields"], OwnRoute["success"], readonly number[]];

const routes = (...rows: readonly Row[]): JsonObject =>
  describeRoutes(
    rabbit,
    rows.map(([method, operationId, summary, fields, success, refusals]) => {
      return { method, operationId, summary, tag: "쪽지 API", fields: { id: inPath, ...fields }, success, refusals };
    }),
  );
const one = (status: number) => ({ status, description: "쪽지", example: item });
const six = { status: 200, description: "한 페이지에 6개, 최신순", example: list };

const detail: Row = ["GET", "readMessage", "쪽지 상세 조회", { message: inPath }, one(200), [401, 403, 404, 500]];

/** The messages' path items. */
export const messagePaths: JsonObject = Object.freeze({
  "/api/user/{id}/messages": routes(
    ["GET", "listMessages", "쪽지 목록 조회", { page }, six, [400, 401, 403, 500]],
    ["POST", "createMessage", "새 쪽지 생성", messageFields, one(201), [400, 401, 500]],
  ),
  "/api/user/{id}/messages/{message}": routes(detail),
});
