// Where uploaded files are kept, from the environment.
import { resolve } from "node:path";
import type { S3Settings } from "../uploads/s3-signer.ts";
import type { ConfigurationProblem } from "./configuration-error.ts";
import type { Environment } from "./environment.ts";

/** A bucket, or else a folder. */
export interface UploadsConfiguration {
  readonly s3?: S3Settings;
  /** Absolute. */
  readonly folder: string;
}

const needed = ["LATCHKEY_S3_BUCKET", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** Reads where files are kept; `folder` is where `data/` is. */
export function readUploads(environment: Environment, folder: string): UploadsConfiguration {
  const [bucket, region, accessKeyId, secretAccessKey] = needed.map((name) => environment[name] || undefined);
  const url = environment["LATCHKEY_S3_URL"] || `https://${bucket}.s3.amazonaws.com/`;
  return {
    ...(bucket && region && accessKeyId && secretAccessKey
      ? { s3: { bucket, region, accessKeyId, secretAccessKey, url: url.replace(/\/*$/, "/") } }
      : {}),
    folder: resolve(folder, environment["LATCHKEY_MEDIA_FOLDER"] || "data/media"),
  };
}

/** What is wrong with those variables. `AWS_…` alone are somebody else's. */
export function uploadProblems(environment: Environment): readonly ConfigurationProblem[] {
  if (!environment["LATCHKEY_S3_BUCKET"]) return [];
  const url = environment["LATCHKEY_S3_URL"];
  return [
    ...needed
      .filter((name) => !environment[name])
      .map((name) => ({ path: name, message: "is needed where LATCHKEY_S3_BUCKET is set" })),
    ...(url && !/^https?:$/.test(URL.parse(url)?.protocol ?? "")
      ? [{ path: "LATCHKEY_S3_URL", message: "must be the absolute URL of the bucket" }]
      : []),
  ];
}
