// Where headers and bodies are got from: the request that Hono has, or what an application knows of a shorter way to both.
import type { Context } from "hono";

/** Reads what a client sent. Both ways say the same of a request; they differ in what that costs. */
export interface RequestSource {
  /** A header without the blanks around it, as `Headers.get` has it: where it was repeated, the values joined by `, `. `name` is in lower case. */
  header(c: Context, name: string): string | undefined;
  /** All of a body whose length was declared, and was found to be within bounds. Rejects where it ends early or was read before. */
  body(c: Context): Promise<Uint8Array | ArrayBuffer>;
}

/** What every runtime has. */
export const webRequest: RequestSource = Object.freeze({
  header: (c: Context, name: string) => c.req.header(name),
  body: (c: Context) => c.req.raw.arrayBuffer(),
});
