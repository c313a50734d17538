// Uploads to S3 or what speaks like it: clients post to the bucket themselves; only the deletion is a request of ours.
import type { UploadSigner } from "@latchkey/core";
import { AwsClient } from "aws4fetch";
import type { PolicySigner } from "./post-policy.ts";
import { policyFields } from "./post-policy.ts";
import type { UploadLimits } from "./upload-limits.ts";
import { createUploadKey, fileEndings, ownsUploadKey } from "./upload-key.ts";

/** A bucket. */
export interface S3Settings extends PolicySigner {
  readonly bucket: string;
  /** Where the bucket is; default `https://<bucket>.s3.amazonaws.com/`. */
  readonly url: string;
}

const deletionMilliseconds = 10_000;

/** Signs uploads to the bucket. */
export function createS3Signer(settings: S3Settings, limits: UploadLimits): UploadSigner {
  const { accessKeyId, secretAccessKey, region, bucket, url } = settings;
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 2 });
  return {
    async sign({ accountId, mediaType, prefix, count }) {
      const ending = fileEndings[mediaType];
      if (ending === undefined) throw new TypeError(`no file ends for ${mediaType}`);
      return Array.from({ length: count }, () => {
        const key = createUploadKey(limits.secret, { accountId, prefix, ending });
        const terms = { bucket, key, accountId, mediaType, now: limits.now(), ...limits.terms };
        return { url, fields: policyFields(settings, terms) };
      });
    },
    async remove({ accountId, key }) {
      if (!ownsUploadKey(limits.secret, accountId, key)) return false;
      const signal = AbortSignal.timeout(deletionMilliseconds);
      const response = await aws.fetch(new URL(key, url).href, { method: "DELETE", signal });
      await response.body?.cancel();
      if (!response.ok && response.status !== 404) throw new Error(`S3 answered ${response.status} to a deletion`);
      return true;
    },
  };
}
