// Whether this process may have missed that a key was retired.
import type { RevocationWatch } from "./revocation-watch.ts";

/** `undefined` where no other process can have retired a key unnoticed: a token under a retired one would be dead on arrival. */
export function newsOfKeys({ watch }: { readonly watch: RevocationWatch }): Promise<void> | undefined {
  return watch.isCurrent() || !watch.status().loaded ? undefined : watch.catchUp();
}
