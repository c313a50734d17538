// Presigned POST (AWS Signature Version 4, browser-based uploads): a policy that binds key, owner, media type, length and time, and its signature.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Whose signature it is. */
export interface PolicySigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What a policy allows. */
export interface PolicyTerms {
  readonly bucket: string;
  readonly key: string;
  readonly accountId: string;
  readonly mediaType: string;
  readonly maximumBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimeSeconds: number;
}

const algorithm = "AWS4-HMAC-SHA256";
const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Signs a policy in base64 as its request of that day (`YYYYMMDD`) would be. */
export function signPolicy({ secretAccessKey, region }: PolicySigner, day: string, policy: string): string {
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), "s3"), "aws4_request");
  return hmac(key, policy).toString("hex");
}

/** The fields of a form, in the order in which clients know them. */
export function policyFields(signer: PolicySigner, terms: PolicyTerms): Readonly<Record<string, string>> {
  const date = `${new Date(terms.now).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const day = date.slice(0, 8);
  const bound = {
    acl: "private",
    "Content-Type": terms.mediaType,
    "x-amz-meta-userid": terms.accountId,
    key: terms.key,
    "x-amz-algorithm": algorithm,
    "x-amz-credential": `${signer.accessKeyId}/${day}/${signer.region}/s3/aws4_request`,
    "x-amz-date": date,
  };
  const document = {
    expiration: new Date(terms.now + terms.lifetimeSeconds * 1000).toISOString(),
    conditions: [
      { bucket: terms.bucket },
      ...Object.entries(bound).map(([name, value]) => ({ [name]: value })),
      ["content-length-range", 1, terms.maximumBytes],
    ],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString("base64");
  return { ...bound, policy, "x-amz-signature": signPolicy(signer, day, policy) };
}

/** What a posted form may do; `undefined` where its policy was not signed here, is over, or says something else than its fields. */
export function readPolicy(
  signer: PolicySigner,
  fields: ReadonlyMap<string, string>,
  now: number,
): { readonly key: string; readonly mediaType: string; readonly maximumBytes: number } | undefined {
  const policy = fields.get("policy") ?? "";
  const day = (fields.get("x-amz-date") ?? "").slice(0, 8);
  const given = Buffer.from(fields.get("x-amz-signature") ?? "");
  const expected = Buffer.from(signPolicy(signer, day, policy));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Signed, so it is one of ours.
  const { expiration, conditions } = JSON.parse(Buffer.from(policy, "base64").toString("utf8")) as {
    readonly expiration: string;
    readonly conditions: readonly (Readonly<Record<string, string>> | readonly [string, number, number])[];
  };
  if (Date.parse(expiration) <= now) return undefined;
  let maximumBytes = 0;
  for (const condition of conditions) {
    if (Array.isArray(condition)) maximumBytes = Number(condition[2]);
    else
      for (const [name, value] of Object.entries(condition))
        if (name !== "bucket" && fields.get(name) !== value) return undefined;
  }
  return { key: fields.get("key")!, mediaType: fields.get("Content-Type")!, maximumBytes };
}
