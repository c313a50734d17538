// The server's pages in Chromium, with nothing reachable but the server: Swagger UI takes somebody through the main job, and `/` needs no script.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { startServer } from "../start-server.ts";
import type { RunningServer } from "../start-server.ts";
import { noBrowser, openWatchedPage, startBrowser } from "./support/browser.ts";
import type { PageRecord } from "./support/browser.ts";
import { createClient, testPassword } from "./support/client.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { openSwaggerPage } from "./support/swagger-page.ts";

const refused = "console error: Failed to load resource: the server responded with a status of 401 (Unauthorized)";

let sandbox: Sandbox;
let server: RunningServer;
let origin: string;
let browser: Browser;

const serve = (from: Sandbox) =>
  startServer(
    loadConfiguration(from.environment, from.folder),
    createLog({ level: "error", format: "json" }, () => {}),
  );
const start = async () => {
  sandbox = createSandbox();
  server = await serve(sandbox);
  origin = `http://127.0.0.1:${server.port}`;
  browser = await startBrowser();
};
const stop = async () => {
  await browser?.close();
  await server?.close(1_000);
  sandbox?.remove();
};

/** Opens a page for one test, and expects of every request that it went to the server. */
async function onPage(
  use: (page: Page, record: PageRecord) => Promise<void>,
  options: { readonly javaScript?: boolean; readonly from?: string } = {},
): Promise<void> {
  const { page, record } = await openWatchedPage(browser, options);
  try {
    await use(page, record);
    expect(record.requested.filter((address) => new URL(address).origin !== (options.from ?? origin))).toEqual([]);
  } finally {
    await page.context().close();
  }
}

/** A picture for whoever looks: in the folder that LATCHKEY_TEST_SCREENSHOTS names. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["LATCHKEY_TEST_SCREENSHOTS"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { readonly sid: string };

describe.skipIf(noBrowser !== undefined)(`a browser without a network${noBrowser ?? ""}`, () => {
  beforeAll(start);
  afterAll(stop);

  it("reaches no other name: the rule that the tests below rest on", async () => {
    const { page } = await openWatchedPage(browser);
    expect((await page.goto(origin))?.status()).toBe(200);
    await expect(page.goto(`http://localhost:${server.port}/`)).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
    await page.context().close();
  });

  it("notes what a page does wrong: the record that the tests below rest on", async () => {
    const { page, record } = await openWatchedPage(browser);
    await openSwaggerPage(page, `${origin}/swagger`);
    await page.evaluate(`document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }))`);
    await page.evaluate(`fetch("https://evil.example/").catch(() => {})`);
    await page.evaluate(`setTimeout(() => { throw new Error("planted"); })`);
    await expect
      .poll(() => record.complaints.toSorted().join("\n"))
      .toMatch(/console error: .*policy: .*uncaught: planted/s);
    expect(record.complaints.filter((one) => one.startsWith("policy: "))).toEqual([
      "policy: script-src-elem inline",
      "policy: connect-src https://evil.example/",
    ]);
    await page.context().close();
  });

  it("signs up, logs in, is authorised by that alone, calls me, logs out, and is nobody", async () => {
    await onPage(async (page, record) => {
      const swagger = await openSwaggerPage(page, `${origin}/swagger`);
      await picture(page, "swagger");
      expect(await swagger.isAuthorized()).toBe(false);

      // As the page proposes it: nobody has to fill in anything.
      const signUp = await swagger.execute("signUp");
      expect(signUp.status).toBe(201);
      expect(signUp.text).toContain('"username": "gildong"');
      expect(await swagger.isAuthorized()).toBe(true);
      const own = await swagger.execute("readAccount");
      expect(own.status).toBe(200);
      expect(own.text).toContain('"username": "gildong"');
      await picture(page, "swagger-me");

      const answered = page.waitForResponse(`${origin}/v1/login`);
      const logIn = await swagger.execute("logIn", { username: "gildong", password: testPassword });
      expect(logIn.status).toBe(200);
      const tokens = (await (await answered).json()) as { access_token: string; refresh_token: string };
      const asked = page.waitForRequest(`${origin}/v1/me`);
      expect((await swagger.execute("readAccount")).status).toBe(200);
      // The token of the log-in replaced that of the sign-up.
      expect((await asked).headers()["authorization"]).toBe(`Bearer ${tokens.access_token}`);
      expect((await swagger.execute("listSessions")).text).toContain(claimsOf(tokens.access_token).sid);
      expect(record.complaints).toEqual([]);

      expect((await swagger.execute("logOut", { refresh_token: tokens.refresh_token })).status).toBe(204);
      expect(record.complaints).toEqual([]);
      const nobody = await swagger.execute("readAccount");
      expect(nobody.status).toBe(401);
      expect(nobody.text).toContain("TOKEN_REVOKED");
      // What the browser itself says of a 401, and nothing else.
      expect(record.complaints).toEqual([refused]);
    });
  });

  it("takes a token that is pasted into the dialog, and keeps none when the page goes", async () => {
    const { body } = await createClient(origin).signUp("pasted");
    await onPage(async (page, record) => {
      const swagger = await openSwaggerPage(page, `${origin}/swagger/`);
      await swagger.authorize(body.access_token as string);
      const own = await swagger.execute("readAccount");
      expect(own).toMatchObject({ status: 200, text: expect.stringContaining('"username": "pasted"') });
      expect(await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")).toBe("[{},{}]");
      expect(record.complaints).toEqual([]);

      await swagger.forget();
      const nobody = await swagger.execute("readAccount");
      expect(nobody).toMatchObject({ status: 401, text: expect.stringContaining("TOKEN_NOT_FOUND") });
      expect(record.complaints).toEqual([refused]);
      // By the bearer's token alone, with the body that the page proposes.
      await swagger.authorize(body.access_token as string);
      expect((await swagger.execute("logOut")).status).toBe(204);
      expect((await createClient(origin).me(body.access_token as string)).status).toBe(401);
    });
  });

  it("shows a document for each realm where there are several, and calls the realm that is chosen", async () => {
    const realm = (mount: string) => ({ contract: "latchkey", mount });
    const settings = { log: { format: "json" }, realms: { first: realm("/v1"), second: realm("/v2") } };
    const several = createSandbox({ settings });
    const another = await serve(several);
    const from = `http://127.0.0.1:${another.port}`;
    try {
      await onPage(
        async (page, record) => {
          const swagger = await openSwaggerPage(page, `${from}/swagger`);
          await page.locator("#select").selectOption({ label: "second: Latchkey" });
          await page.locator(".servers option", { hasText: "/v2" }).waitFor({ state: "attached" });
          const answered = page.waitForResponse(`${from}/v2/signup`);
          expect((await swagger.execute("signUp")).status).toBe(201);
          expect((await answered).status()).toBe(201);
          expect((await swagger.execute("readAccount")).status).toBe(200);
          expect(record.complaints).toEqual([]);
        },
        { from },
      );
    } finally {
      await another.close(1_000);
      several.remove();
    }
  });

  it("class 15: shows markup in an account's name as text", async () => {
    await onPage(async (page, record) => {
      const nickname = `<img src=//evil.example onerror=alert(1)>`;
      const swagger = await openSwaggerPage(page, `${origin}/swagger`);
      const dialogs: string[] = [];
      page.on("dialog", (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      const signUp = await swagger.execute("signUp", { username: "markup", password: testPassword, nickname });
      expect(signUp.status).toBe(201);
      expect(signUp.text).toContain(nickname);
      expect(await page.locator('img[src*="evil"], [onerror]').count()).toBe(0);
      expect([dialogs, record.complaints]).toEqual([[], []]);
    });
  });

  it("shows the page at / without script: styled, fitting a telephone, and every link of it leads somewhere", async () => {
    await onPage(
      async (page, record) => {
        await page.goto(`${origin}/`);
        await picture(page, "root");
        expect(await page.title()).toBe("Latchkey");
        expect(await page.locator("script").count()).toBe(0);
        // The one style is let in by its hash.
        expect((await page.locator("main").boundingBox())?.width).toBeLessThan(800);
        expect(await page.getByText("reachable", { exact: true }).isVisible()).toBe(true);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width: 360, height: 740 });
          await page.goto(`${origin}/`);
          await picture(page, `root-narrow-${colorScheme}`);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
        }
        expect(record.complaints).toEqual([]);
        const links = await page.locator("a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
        expect(links).toEqual(["/openapi.json", "/swagger", "/health/live", "/health/ready"]);
        for (const link of links) {
          await page.goto(`${origin}/`);
          const answer = page.waitForResponse(`${origin}${link}`);
          await page.locator(`a[href="${link}"]`).click();
          expect([link, (await answer).status()]).toEqual([link, 200]);
          await page.waitForURL(`${origin}${link}`);
        }
      },
      { javaScript: false },
    );
  });
});
