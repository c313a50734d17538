// Where files are kept: a bucket where the environment names one, a folder otherwise.
import { hkdfSync } from "node:crypto";
import type { UploadSigner } from "@latchkey/core";
import type { UploadsConfiguration } from "../config/uploads.ts";
import type { ServerApp } from "../http/server-app.ts";
import { createLocalFiles } from "./local-files.ts";
import { createS3Signer } from "./s3-signer.ts";
import { defaultUploadTerms } from "./upload-limits.ts";

/** A server's uploads. */
export interface Uploads {
  readonly signer: UploadSigner;
  /** Serves `/media/` where this server keeps the files. */
  mount(app: ServerApp): void;
}

/** Prepares uploads; the secret of their keys is derived from the master key. */
export function createUploads(
  { s3, folder }: UploadsConfiguration,
  from: { readonly masterKey: Uint8Array; readonly publicUrl: string; readonly now: () => number },
): Uploads {
  const secret = new Uint8Array(hkdfSync("sha256", from.masterKey, "", "latchkey/uploads/v1", 32));
  const limits = { secret, now: from.now, terms: defaultUploadTerms };
  if (s3 !== undefined) return { signer: createS3Signer(s3, limits), mount: () => {} };
  const files = createLocalFiles({ ...limits, folder, publicUrl: from.publicUrl });
  return { signer: files, mount: (app) => files.mount(app) };
}
