import { createHash } from "node:crypto";
import { latchkey } from "@latchkey/contracts/latchkey";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { logoStyle, mountSwaggerUi } from "./mount-swagger-ui.ts";

const document = openApiDocument(latchkey, { path: "/v1" });
const app = new Hono();
mountSwaggerUi(app, {
  title: "</title><script>alert(1)</script>",
  documents: [
    { name: `latchkey "'<&`, path: "/openapi.json", document },
    { name: "other", path: "/openapi/other.json", document },
  ],
});

describe("mountSwaggerUi", () => {
  it.each(["/swagger", "/swagger/"])(
    "%s is a page with a strict policy: every script and style is a file of ours",
    async (path) => {
      const answer = await app.request(path);
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain("unsafe");
      const page = await answer.text();
      expect(page).not.toMatch(/<script>|<style|\son\w+=|https?:\/\//);
      const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
      expect(files).toHaveLength(5);
      for (const file of files) expect([file, (await app.request(file)).status]).toEqual([file, 200]);
    },
  );

  it("class 15: names of documents and the title are data, not markup", async () => {
    const page = await (await app.request("/swagger")).text();
    const config = /data-config="([^"]*)"/.exec(page)![1]!;
    const unescaped = config
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&");
    expect(JSON.parse(unescaped).documents[0]).toEqual({ name: `latchkey "'<&`, url: "/openapi.json" });
    expect(page.match(/<script/g)).toHaveLength(3);
  });

  it("serves documents and assets with validators, and nothing else of the package", async () => {
    const first = await app.request("/openapi.json");
    expect(await first.json()).toEqual(document);
    const again = await app.request("/openapi.json", {
      headers: { "if-none-match": `W/${first.headers.get("etag")}` },
    });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    for (const name of ["package.json", "index.html", "..%2fpackage.json", "../package.json", ""]) {
      expect((await app.request(`/swagger/swagger-ui-dist/${name}`)).status).toBe(404);
    }
  });

  it("the one style that the policy lets in is the bundle's", async () => {
    const bundle = await (await app.request("/swagger/swagger-ui-dist/swagger-ui-standalone-preset.js")).text();
    expect(bundle.includes(logoStyle)).toBe(true);
    const policy = (await app.request("/swagger")).headers.get("content-security-policy");
    expect(policy).toContain(`'sha256-${createHash("sha256").update(logoStyle).digest("base64")}'`);
  });
});
