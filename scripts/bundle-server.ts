// Makes `apps/server/dist`: the server with everything that it imports in a few files, since a start spends most of its time on finding 760.
// Left outside: what is native, what a server need not have, and what reads files of its own. Commands, contracts and drivers stay files that are loaded when named.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown, type Plugin } from "rolldown";
import { isEntry } from "./lib/report.ts";
import { repositoryRoot } from "./lib/repository.ts";

/** Packages that the bundle imports as they are installed. Each is a dependency of the server. */
export const outside: readonly string[] = [
  "@node-rs/argon2",
  "aws4fetch",
  "better-sqlite3",
  "mysql2",
  "nodemailer",
  "pg",
  "pino",
  "swagger-ui-dist",
];

// V8 keeps the text of a module for as long as the process lives, at two bytes a character where one of them is beyond Latin-1.
const escapeBeyondAscii: Plugin = {
  name: "escape-beyond-ascii",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      if (/String\.raw|\\[^\0-\x7f]/.test(file.code))
        throw new Error(`${file.fileName} has texts whose escapes would change`);
      file.code = file.code.replaceAll(/[^\0-\x7f]/g, escapeOf);
    }
  },
};

const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Bundles the server of the repository at `root` into `folder`, which it empties first. Returns the files' names. @throws Error where something cannot be resolved */
export async function bundleServer(root: string, folder: string): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    input: {
      main: join(root, "apps/server/src/main.ts"),
      "deployment/finish-deployment": join(root, "apps/server/src/deployment/finish-deployment.ts"),
      // Threads load their own file, which they look for beside the code that starts them.
      "chunks/argon2-worker": join(root, "packages/core/src/lib/node/argon2-worker.ts"),
      "chunks/bcrypt-worker": join(root, "packages/core/src/lib/node/bcrypt-worker.ts"),
      "chunks/common-passwords-worker": join(root, "packages/core/src/lib/node/common-passwords-worker.ts"),
    },
    platform: "node",
    plugins: [escapeBeyondAscii],
    external: (id) => id.startsWith("node:") || outside.some((name) => id === name || id.startsWith(`${name}/`)),
    transform: { target: "node22.18" },
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  try {
    // One folder below `dist`, as sources are below `src`: `../../package.json` is the server's from both.
    const { output } = await build.write({
      dir: folder,
      chunkFileNames: "chunks/[name].js",
      sourcemap: true,
      comments: { legal: true, jsdoc: false, annotation: false },
    });
    return output.map(({ fileName }) => fileName);
  } finally {
    await build.close();
  }
}

if (isEntry(import.meta.url)) await bundleServer(repositoryRoot, join(repositoryRoot, "apps/server/dist"));
