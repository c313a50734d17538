import { createHash } from "node:crypto";
import { intern } from "@latchkey/contracts/intern";
import { onboarding } from "@latchkey/contracts/onboarding";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { mountContract } from "../testing/mount-contract.ts";
import { mountFrontPage } from "./front-page.ts";
import { frontPageStyle, frontPageStyleHash } from "./front-page-style.ts";

it("onboarding's page has a form for sign-up and one for log-in, each of which its path answers as it stands", async () => {
  const app = new Hono();
  expect(mountFrontPage(app, { contract: onboarding })).toBe(true);
  const page = await (await app.request("/")).text();
  const forms = [...page.matchAll(/<form method="post" action="([^"]*)"[^]*?<\/form>/g)].map(([form, action]) => [
    action!,
    [...form.matchAll(/<input name="([^"]*)" type="([^"]*)"\s*(required)?/g)].map((field) => field.slice(1)),
  ]);
  expect(forms).toEqual([
    [
      "/signup",
      [
        ["username", "text", "required"],
        ["password", "password", "required"],
        ["nickname", "text", undefined],
      ],
    ],
    [
      "/login",
      [
        ["username", "text", "required"],
        ["password", "password", "required"],
      ],
    ],
  ]);
  const realm = mountContract(onboarding);
  const submit = (path: string, fields: Record<string, string>) =>
    realm.send("POST", path, { body: new URLSearchParams(fields) });
  const signedUp = await submit("/signup", { username: "JIN HO", password: "12341234", nickname: "Mentos" });
  expect([signedUp.status, await signedUp.json()]).toEqual([
    201,
    { username: "JIN HO", nickname: "Mentos", roles: [{ role: "USER" }] },
  ]);
  expect((await submit("/login", { username: "JIN HO", password: "12341234" })).status).toBe(200);
  await realm.close();
});

it("class 15: a title is a text, not markup; the policy lets in the one style, and forms to this server alone", async () => {
  const app = new Hono();
  mountFrontPage(app, { contract: { ...onboarding, title: "</title><script>alert(1)</script>" }, path: "/people" });
  const answer = await app.request("/people");
  const page = await answer.text();
  expect(page).not.toContain("<script");
  expect(page).toContain('action="/people/login"');
  const style = /<style>([^]*)<\/style>/.exec(page)![1]!;
  expect(style).toBe(frontPageStyle);
  expect(`sha256-${createHash("sha256").update(style).digest("base64")}`).toBe(frontPageStyleHash);
  expect(answer.headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src '${frontPageStyleHash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  );
});

it("a contract whose system had no such page has none", () => {
  expect(mountFrontPage(new Hono(), { contract: intern })).toBe(false);
});
