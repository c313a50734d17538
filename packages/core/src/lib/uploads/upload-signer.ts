// The port to wherever files of accounts are kept: clients send files there themselves, with a form that was signed for them. Types only.

/** Files that somebody wants to send. */
export interface UploadRequest {
  readonly accountId: string;
  /** The media type of every file. */
  readonly mediaType: string;
  /** What their keys begin with. */
  readonly prefix: string;
  readonly count: number;
}

/** A form (`multipart/form-data`) that a client posts to `url`, its fields in this order and the file last. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Signs uploads and takes them back. */
export interface UploadSigner {
  /** One form for each file; each is good for a few minutes, for one key, one media type, and a bounded length. */
  sign(request: UploadRequest): Promise<readonly UploadForm[]>;
  /** Takes a file back. `false` where the key was not signed for that account; a file that is not there is no error. */
  remove(at: { readonly accountId: string; readonly key: string }): Promise<boolean>;
}
