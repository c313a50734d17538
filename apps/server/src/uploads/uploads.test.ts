// Uploads: what is signed is what may be sent, to whom it was given, where it may stand, and who takes it back.
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import type { UploadForm } from "@latchkey/core";
import { Hono } from "hono";
import { afterAll, describe, expect, it } from "vitest";
import { readUploads, uploadProblems } from "../config/uploads.ts";
import { createLocalFiles } from "./local-files.ts";
import { signPolicy } from "./post-policy.ts";
import { createS3Signer } from "./s3-signer.ts";
import { createUploadKey, ownsUploadKey } from "./upload-key.ts";

const root = mkdtempSync(join(tmpdir(), "latchkey-media-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = join(root, "media");
const clock = { now: Date.UTC(2026, 0, 15, 9, 30) };
const limits = {
  secret: new Uint8Array(32).fill(3, 5),
  now: () => clock.now,
  terms: { maximumBytes: 1000, lifetimeSeconds: 300 },
};
const ann = "2Ke8zkxFyj3gQZkXbWc9Td";
const request = { accountId: ann, mediaType: "image/jpeg", prefix: "images/users/profiles/profile_", count: 1 };
const keyForm = /^media\/images\/users\/profiles\/profile_[2-9A-HJ-NP-Za-km-z]{22}\.jpeg$/;
const documented = [
  "acl",
  "Content-Type",
  "x-amz-meta-userid",
  "key",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "policy",
  "x-amz-signature",
];

describe("a key", () => {
  const place = { accountId: ann, prefix: request.prefix, ending: "jpeg" };

  it("class 6: is its owner's alone, and no other name is anybody's", () => {
    const key = createUploadKey(limits.secret, place);
    expect(key).toMatch(keyForm);
    expect(ownsUploadKey(limits.secret, ann, key)).toBe(true);
    expect(ownsUploadKey(limits.secret, "2Ke8zkxFyj3gQZkXbWc9Te", key)).toBe(false);
    expect(ownsUploadKey(new Uint8Array(32), ann, key)).toBe(false);
    const strangers = [
      "",
      key.replace("profiles/profile_", "avatars/avatar_"),
      key.replace(".jpeg", ".png"),
      key.replace("media/", "media/../media/"),
      key.replace("media/", "/etc/"),
      `${key}\u0000`,
      `${key}\n`,
      key.replace(/_.{22}/, `_${"z".repeat(22)}`),
    ];
    for (const stranger of strangers) expect(ownsUploadKey(limits.secret, ann, stranger), stranger).toBe(false);
    expect(() => createUploadKey(limits.secret, { ...place, prefix: "../../etc/x_" })).toThrow(TypeError);
  });
});

describe("S3", () => {
  const settings = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "ap-northeast-2",
    bucket: "bucket",
    url: "https://bucket.s3.amazonaws.com/",
  };

  it("gets the documented fields in their order, under a policy that binds each of them, the length and the time", async () => {
    const [form] = await createS3Signer(settings, limits).sign(request);
    const { url, fields } = form!;
    expect(url).toBe("https://bucket.s3.amazonaws.com/");
    expect(Object.keys(fields)).toEqual(documented);
    expect(fields).toMatchObject({ acl: "private", "Content-Type": "image/jpeg", "x-amz-meta-userid": ann });
    expect(fields["key"]).toMatch(keyForm);
    expect(fields["x-amz-credential"]).toBe("AKIAIOSFODNN7EXAMPLE/20260115/ap-northeast-2/s3/aws4_request");
    const policy = JSON.parse(Buffer.from(fields["policy"]!, "base64").toString("utf8")) as object;
    const bound = documented.slice(0, 7).map((name) => ({ [name]: fields[name] }));
    expect(policy).toEqual({
      expiration: "2026-01-15T09:35:00.000Z",
      conditions: [{ bucket: "bucket" }, ...bound, ["content-length-range", 1, 1000]],
    });
    // The steps of "Calculating a signature" (AWS Signature Version 4), written out.
    const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
    const day = hmac(`AWS4${settings.secretAccessKey}`, "20260115");
    const key = hmac(hmac(hmac(day, "ap-northeast-2"), "s3"), "aws4_request");
    expect(fields["x-amz-signature"]).toBe(hmac(key, fields["policy"]!).toString("hex"));
    expect(fields["x-amz-signature"]).toBe(signPolicy(settings, "20260115", fields["policy"]!));
  });

  it("is asked to delete what the owner takes back, with a signed request, and nothing else", async () => {
    const seen: { readonly method: string; readonly url: string; readonly authorization: string }[] = [];
    let status = 204;
    const server = createServer(({ method, url, headers }, response) => {
      seen.push({ method: method!, url: url!, authorization: String(headers.authorization) });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const signer = createS3Signer({ ...settings, url }, limits);
    const key = (await signer.sign(request))[0]!.fields["key"]!;
    expect(await signer.remove({ accountId: "another", key })).toBe(false);
    expect(await signer.remove({ accountId: ann, key })).toBe(true);
    expect(seen).toEqual([
      {
        method: "DELETE",
        url: `/${key}`,
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/ap-northeast-2\/s3\//,
        ),
      },
    ]);
    status = 403;
    await expect(signer.remove({ accountId: ann, key })).rejects.toThrow("S3 answered 403");
    await new Promise((resolve) => server.close(resolve));
  });

  it("is taken from the environment, whole or with what is missing", () => {
    expect(readUploads({ AWS_REGION: "x" }, root)).toEqual({ folder: join(root, "data/media") });
    expect(uploadProblems({ AWS_REGION: "x" })).toEqual([]);
    const environment = {
      LATCHKEY_S3_BUCKET: "b",
      AWS_REGION: "r",
      AWS_ACCESS_KEY_ID: "i",
      AWS_SECRET_ACCESS_KEY: "s",
    };
    expect(readUploads(environment, root).s3).toMatchObject({ bucket: "b", url: "https://b.s3.amazonaws.com/" });
    expect(uploadProblems({ LATCHKEY_S3_BUCKET: "b", LATCHKEY_S3_URL: "ftp:" }).map(({ path }) => path)).toEqual([
      "AWS_REGION",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "LATCHKEY_S3_URL",
    ]);
  });
});

describe("a folder of this machine", () => {
  const files = createLocalFiles({ ...limits, folder, publicUrl: "http://localhost:8000" });
  const app = new Hono<{ Bindings: HttpBindings }>();
  files.mount(app);
  const bytes = (length: number) => new Uint8Array(length).fill(0xff);

  async function post(
    { fields }: Pick<UploadForm, "fields">,
    file = new File([bytes(10)], "a.jpg", { type: "image/jpeg" }),
  ) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    const whole = new Request("http://localhost:8000/media/", { method: "POST", body: form });
    const body = await whole.arrayBuffer();
    const headers = { "content-type": whole.headers.get("content-type")!, "content-length": String(body.byteLength) };
    return (await app.request("/media/", { method: "POST", body, headers })).status;
  }

  it("takes the file of a signed form, shows it safely, and gives it back to its owner alone", async () => {
    const [form] = await files.sign(request);
    expect(form!.url).toBe("http://localhost:8000/media/");
    expect(Object.keys(form!.fields)).toEqual(documented);
    expect(await post(form!)).toBe(204);
    const key = form!.fields["key"]!;
    const shown = await app.request(`/${key}`);
    expect([shown.status, new Uint8Array(await shown.arrayBuffer())]).toEqual([200, bytes(10)]);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
    expect(await files.remove({ accountId: "another", key })).toBe(false);
    expect((await app.request(`/${key}`)).status).toBe(200);
    expect(await files.remove({ accountId: ann, key })).toBe(true);
    expect((await app.request(`/${key}`)).status).toBe(404);
    expect(await files.remove({ accountId: ann, key })).toBe(true);
  });

  it("class 6: takes nothing that was not signed, and nothing else than was", async () => {
    const { fields } = (await files.sign(request))[0]!;
    const other = (await files.sign({ ...request, accountId: "another" }))[0]!.fields;
    const changes: Record<string, string>[] = [
      { key: other["key"]! },
      { key: "media/../../escape.jpeg" },
      { "Content-Type": "text/html" },
      { "x-amz-meta-userid": "another" },
      { acl: "public-read" },
      { "x-amz-signature": "" },
      { "x-amz-signature": createHash("sha256").update("x").digest("hex") },
      { policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString("base64") },
    ];
    for (const change of changes)
      expect(await post({ fields: { ...fields, ...change } }), JSON.stringify(change)).toBe(403);
    expect(await post({ fields }, new File([bytes(1001)], "a.jpg", { type: "image/jpeg" }))).toBe(400);
    expect(await post({ fields }, new File([], "a.jpg", { type: "image/jpeg" }))).toBe(400);
    expect(await post({ fields }, new File(["<script>"], "a.html", { type: "text/html" }))).toBe(400);
    expect(await post({ fields }, new File([bytes(40_000)], "a.jpg", { type: "image/jpeg" }))).toBe(413);
    clock.now += 300_000;
    expect(await post({ fields })).toBe(403);
    expect(existsSync(join(root, "escape.jpeg"))).toBe(false);
  });

  it("class 11: refuses what is no form", async () => {
    const send = async (headers: Record<string, string>, body: string) =>
      (await app.request("/media/", { method: "POST", headers, body })).status;
    expect(await send({}, "x")).toBe(411);
    expect(await send({ "content-length": "1" }, "x")).toBe(400);
    expect(await send({ "content-length": "1", "content-type": "multipart/form-data; boundary=x" }, "x")).toBe(400);
  });

  it.each([
    "../secret.jpeg",
    "..%2fsecret.jpeg",
    "%2e%2e/secret.jpeg",
    "images/..%5c..%5csecret.jpeg",
    "images//secret.jpeg",
    ".hidden.jpeg",
    "secret.txt",
    "images",
    "secret.jpeg%00.txt",
  ])("serves no path that leads elsewhere: %s", async (path) => {
    writeFileSync(join(root, "secret.jpeg"), "secret");
    expect((await app.request(new Request(`http://localhost:8000/media/${path}`))).status).toBe(404);
  });
});
