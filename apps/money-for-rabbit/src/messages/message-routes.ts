// The messages' operations: create, list, read. Only the recipient reads; whoever is logged in writes.
import { rabbit } from "@latchkey/contracts/rabbit";
import type { Account, IdentityProvider, JsonObject } from "@latchkey/core";
import { allowOrigins, ownRoutes, requireAccessToken, type AuthenticatedEnv } from "@latchkey/hono";
import type { Context, Handler, Hono } from "hono";
import { messageFields } from "./message-document.ts";
import type { Message, MessageStore } from "./message-store.ts";

type MessageHandler = Handler<AuthenticatedEnv>;

const perPage = 6;
const notes: ReadonlySet<number> = new Set([100, 500, 1000, 5000, 10_000, 50_000, 99_999]);
const userUnknown = { error: "사용자를 찾을 수 없습니다." };
const messageUnknown = { error: "쪽지를 찾을 수 없습니다." };
const notYourList = { error: "쪽지는 본인만 조회할 수 있습니다" };
const notYourMessage = { error: "상세내용 조회는 본인만 가능합니다." };
const needsMoneybag = { error: "화폐단위에 벗어난 액수를 선택하려면 돈봉투를 사용하세요." };

/** Serves the messages below each user's path; `publicUrl` is where clients reach the application. */
export function mountMessages(
  app: Hono<AuthenticatedEnv>,
  provider: IdentityProvider,
  messages: MessageStore,
  publicUrl: string,
): void {
  const realm = { provider, contract: rabbit };
  const routes = ownRoutes(realm);
  const { create, list, read } = createHandlers(routes, messages, publicUrl);
  const listPath = "/api/user/:id{[0-9]+}/messages";
  const itemPath = `${listPath}/:message{[0-9]+}`;
  app.use(`${listPath}/*`, allowOrigins(rabbit.origins ?? []));
  app.on(["GET", "POST"], listPath, requireAccessToken(realm));
  app.post(listPath, create).get(list).all(routes.otherMethods("POST, GET, HEAD, OPTIONS"));
  app.get(itemPath, requireAccessToken(realm), read).all(routes.otherMethods("GET, HEAD, OPTIONS"));
}

function createHandlers(
  { reader, answer }: ReturnType<typeof ownRoutes>,
  messages: MessageStore,
  publicUrl: string,
): Readonly<Record<"create" | "list" | "read", MessageHandler>> {
  const readBody = reader(messageFields);
  const userOf = (c: Context) => messages.user(Number(c.req.param("id")));
  const withAuthor = async (message: Message) => item(message, await messages.author(message));
  return {
    async create(c) {
      const recipient = await userOf(c);
      if (recipient === undefined) return answer(c, 400, userUnknown);
      const body = await readBody(c);
      if (body instanceof Response) return body;
      const {
        message,
        amount,
        is_moneybag: isMoneybag,
      } = body as { message: string; amount: number; is_moneybag: boolean };
      if (!isMoneybag && !notes.has(amount)) return answer(c, 400, needsMoneybag);
      const author = await messages.user(bearer(c));
      const row = { message, amount, is_moneybag: Number(isMoneybag) };
      const added = author && (await messages.add(author, recipient, row));
      return added === undefined ? answer(c, 400, userUnknown) : answer(c, 201, item(added, author));
    },
    async list(c) {
      const owner = await userOf(c);
      if (owner === undefined) return answer(c, 400, userUnknown);
      if (owner.number !== bearer(c)) return answer(c, 403, notYourList);
      const asked = c.req.query("page") ?? "";
      const page = /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : 1;
      // One more tells whether there is a next page.
      const found = await messages.list(owner.id, (page - 1) * perPage, perPage + 1);
      const at = (other: number) => `${publicUrl}/api/user/${owner.number}/messages?page=${other}`;
      const [username, email] = [nameOf(owner), owner.identifiers["email"] ?? null];
      return answer(c, 200, {
        user_info: { username, email, total_amount: await messages.total(owner.id) },
        next: found.length > perPage ? at(page + 1) : null,
        prev: page > 1 ? at(page - 1) : null,
        messages: await Promise.all(found.slice(0, perPage).map(withAuthor)),
      });
    },
    async read(c) {
      const owner = await userOf(c);
      if (owner === undefined) return answer(c, 404, userUnknown);
      if (owner.number !== bearer(c)) return answer(c, 403, notYourMessage);
      const found = await messages.find(owner.id, Number(c.req.param("message")));
      return found === undefined ? answer(c, 404, messageUnknown) : answer(c, 200, await withAuthor(found));
    },
  };
}

function bearer(c: Context<AuthenticatedEnv>): number {
  const { subject } = c.get("authentication").principal;
  return "number" in subject ? subject.number : 0;
}

const nameOf = (account: Account | undefined) => account?.attributes["username"] ?? "";

function item({ id, message, amount, is_moneybag: flag }: Message, author: Account | undefined): JsonObject {
  const image = flag === 1 ? "Money_99999.png" : `Money_${amount}.png`;
  return { id, message, amount, is_moneybag: flag === 1, image_name: image, author_name: nameOf(author) };
}
