// Deletes what has expired, in small batches beside a running server.
import { exitCodes } from "../command.ts";
import type { Command } from "../command.ts";
import { withRealm } from "../open-realm.ts";
import { writeJson } from "../output.ts";
import { formatTable } from "../table.ts";

const progressMilliseconds = 1_000;

/** `purge`. */
export const purge: Command = {
  positions: [],
  perRealm: true,
  help: "Deletes expired sessions, revocations and keys, and old events, in small batches: the server can run meanwhile.",
  options: {},
  run: (input) =>
    withRealm(input, async (provider) => {
      let shown = performance.now();
      const counts = await provider.purge({
        onBatch: (soFar) => {
          if (performance.now() - shown < progressMilliseconds) return;
          shown = performance.now();
          const words = Object.entries(soFar).map(([name, count]) => `${count} ${name}`);
          input.io.stderr.write(`deleted so far: ${words.join(", ")}\n`);
        },
      });
      if (input.json) return writeJson(input, counts);
      input.io.stdout.write(formatTable(["WHAT", "DELETED"], Object.entries(counts)));
      return exitCodes.ok;
    }),
};
