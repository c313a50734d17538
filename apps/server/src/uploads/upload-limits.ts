// What bounds uploads, whoever keeps the files.

/** The secret behind the keys, the time, and what each form allows. */
export interface UploadLimits {
  /** Makes keys that only their owner can take back. */
  readonly secret: Uint8Array;
  readonly now: () => number;
  readonly terms: { readonly maximumBytes: number; readonly lifetimeSeconds: number };
}

/** 10 MiB, 5 minutes. */
export const defaultUploadTerms: UploadLimits["terms"] = Object.freeze({
  maximumBytes: 10_485_760,
  lifetimeSeconds: 300,
});
