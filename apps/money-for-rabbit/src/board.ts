// The composition: database → provider → contract and messages → application. It decides the order, nothing else.
import { confirmationPath } from "@latchkey/contracts";
import { rabbit } from "@latchkey/contracts/rabbit";
import { createIdentityProvider, koreanMessages, type IdentityProvider } from "@latchkey/core";
import { createOutboxSender, nodePlatform } from "@latchkey/core/node";
import { mountRealm, openApiDocument, ownRoutes, type AuthenticatedEnv } from "@latchkey/hono";
import { mountSwaggerUi } from "@latchkey/hono/swagger";
import { openStorage, type OpenedStorage } from "@latchkey/storage";
import { Hono } from "hono";
import { messagePaths } from "./messages/message-document.ts";
import { mountMessages } from "./messages/message-routes.ts";
import { MessageStore, realm } from "./messages/message-store.ts";
import type { Settings } from "./settings.ts";

/** An open board. */
export interface Board {
  readonly app: Hono<AuthenticatedEnv>;
  readonly provider: IdentityProvider;
  readonly opened: OpenedStorage;
  close(): Promise<void>;
}

/** Opens the database, brings both schemas up to date and puts the application together. */
export async function openBoard(settings: Settings): Promise<Board> {
  const { publicUrl, databaseUrl, requireConfirmation } = settings;
  const opened = await openStorage(databaseUrl);
  const { storage } = opened;
  const messages = new MessageStore(opened);
  await opened.migrate();
  await messages.migrate(databaseUrl);
  const provider = createIdentityProvider({
    realm,
    issuer: publicUrl,
    storage,
    platform: nodePlatform(),
    signing: { algorithm: "HS256", secrets: settings.secrets.map((secret) => ({ secret })) },
    claims: rabbit.claims,
    policy: { ...rabbit.policy, signUp: requireConfirmation ? "confirmation" : "open" },
    ...(settings.masterKey && { masterKey: settings.masterKey }),
    confirmationLink: publicUrl + confirmationPath(rabbit),
    messageTemplates: { ...koreanMessages, ...rabbit.messages },
    messageSender: createOutboxSender({ file: settings.outboxFile }),
    onWithdraw: (tx, account) => messages.forget(tx, account),
  });
  await provider.start();
  const app = new Hono<AuthenticatedEnv>({ strict: false });
  mountMessages(app, provider, messages, publicUrl);
  mountRealm(app, {
    provider,
    contract: rabbit,
    publicUrl,
    present: { readAccountByNumber: async ({ id }) => ({ total_amount: await messages.total(id) }) },
  });
  const document = openApiDocument(rabbit, { paths: messagePaths });
  mountSwaggerUi(app, { documents: [{ name: rabbit.title, path: "/openapi.json", document }] });
  const { unknownPath, fault } = ownRoutes({ provider, contract: rabbit });
  app.notFound(unknownPath);
  // A fault of the database is 500 here, as its clients know it.
  app.onError((error, c) => fault(c, new Error("A message operation failed", { cause: error })));
  return { app, provider, opened, close: () => provider.close().then(() => storage.close()) };
}
