// The list of common passwords, loaded when the first new password is judged: a megabyte that verifying tokens never needs.

let loading: Promise<ReadonlySet<string>> | undefined;

/** Some 49,000 of the most common passwords in lower case, most of them from leaks (@zxcvbn-ts/language-common, MIT). Loaded once a process. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ReadonlySet<string>> {
  try {
    const { dictionary } = await import("@zxcvbn-ts/language-common");
    return new Set(dictionary["passwords-common"]);
  } catch (error) {
    loading = undefined;
    throw error;
  }
}
