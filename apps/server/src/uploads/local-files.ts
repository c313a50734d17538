// Uploads to a folder of this machine, with forms of the same shape as S3's: works without anything else, for one server.
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, extname, join } from "node:path";
import { Readable } from "node:stream";
import type { UploadSigner } from "@latchkey/core";
import type { Context } from "hono";
import type { ServerApp } from "../http/server-app.ts";
import { policyFields, readPolicy } from "./post-policy.ts";
import { createUploadKey, fileEndings, ownsUploadKey } from "./upload-key.ts";
import type { UploadLimits } from "./upload-limits.ts";

/** Where files are, and where clients find them. */
export interface LocalFilesOptions extends UploadLimits {
  /** Absolute; what is below it is public. */
  readonly folder: string;
  readonly publicUrl: string;
}

/** A signer whose forms this server takes itself. */
export interface LocalFiles extends UploadSigner {
  /** Serves `/media/`: posts of signed forms, and the files. */
  mount(app: ServerApp): void;
}

const formOverheadBytes = 16_384;
/** Segments of letters, digits, `_`, `-` and single inner dots: nothing that leads upwards, no hidden file. */
const safePath = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\/)*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/;
const mediaTypes = new Map<string, string>([
  ...Object.entries(fileEndings).map(([type, ending]) => [`.${ending}`, type] as const),
  [".jpg", "image/jpeg"],
]);

/** Keeps files below `folder`. */
export function createLocalFiles(options: LocalFilesOptions): LocalFiles {
  const { folder, publicUrl, secret, terms, now } = options;
  const signer = {
    accessKeyId: "local",
    secretAccessKey: Buffer.from(secret).toString("base64url"),
    region: "local",
  };
  const pathOf = (key: string): string => join(folder, key.slice("media/".length));
  return {
    async sign({ accountId, mediaType, prefix, count }) {
      const ending = fileEndings[mediaType];
      if (ending === undefined) throw new TypeError(`no file ends for ${mediaType}`);
      return Array.from({ length: count }, () => {
        const key = createUploadKey(secret, { accountId, prefix, ending });
        const fields = policyFields(signer, { bucket: "media", key, accountId, mediaType, now: now(), ...terms });
        return { url: `${publicUrl}/media/`, fields };
      });
    },
    async remove({ accountId, key }) {
      if (!ownsUploadKey(secret, accountId, key)) return false;
      await rm(pathOf(key), { force: true });
      return true;
    },
    mount(app) {
      app.post("/media/", async (c) => {
        const declared = Number(c.req.header("content-length") ?? Number.NaN);
        if (Number.isNaN(declared)) return refuse(c, 411, "The length is needed.");
        if (declared > terms.maximumBytes + formOverheadBytes) return refuse(c, 413, "The file is too large.");
        const form = await c.req.raw.formData().catch(() => undefined);
        const file = form?.get("file");
        if (form === undefined || !(file instanceof File)) return refuse(c, 400, "A form with a file is needed.");
        const fields = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
        const allowed = readPolicy(signer, new Map(fields), now());
        if (allowed === undefined) return refuse(c, 403, "The form was not signed for this, or not any more.");
        if (file.size < 1 || file.size > allowed.maximumBytes) return refuse(c, 400, "The file has another length.");
        if (file.type !== allowed.mediaType) return refuse(c, 400, "The file has another type.");
        await keep(pathOf(allowed.key), new Uint8Array(await file.arrayBuffer()));
        return c.body(null, 204);
      });
      app.get("/media/*", (c) => serve(c, folder));
    },
  };
}

/** Whole or not at all: readers never see half a file. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, "wx", 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function serve(c: Context, folder: string): Promise<Response> {
  const relative = c.req.path.slice("/media/".length);
  const found = safePath.test(relative) ? await stat(join(folder, relative)).catch(() => undefined) : undefined;
  const type = mediaTypes.get(extname(relative).toLowerCase());
  if (found?.isFile() !== true || type === undefined) return refuse(c, 404, "There is nothing here.");
  const stream = Readable.toWeb(createReadStream(join(folder, relative))) as unknown as ReadableStream;
  return c.body(stream, 200, {
    ...safeHeaders,
    "content-type": type,
    "content-length": String(found.size),
    "cache-control": "private, max-age=3600",
  });
}

// A file of a stranger's is shown, and runs nothing.
const safeHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
};

function refuse(c: Context, status: 400 | 403 | 404 | 411 | 413, message: string): Response {
  return c.json({ message }, status, { ...safeHeaders, "cache-control": "no-store" });
}
