// Signing keys: what there is, publishing the next one, and taking one out of use.
import type { KeyUse, SigningKeyInfo } from "@latchkey/core";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { CommandError, UsageError, exitCodes } from "../command.ts";
import type { Command } from "../command.ts";
import { operator, withRealm } from "../open-realm.ts";
import { writeJson } from "../output.ts";
import { formatTable, formatTime } from "../table.ts";

/** `keys list`. */
export const listKeys: Command = {
  positions: [],
  perRealm: true,
  help: "Lists the realm's keys: next (published), current (signs), previous (verifies until its last token has expired), retired.",
  options: {},
  run: (input) =>
    withRealm(input, async (provider) => {
      const keys = await provider.listKeys();
      if (input.json) return writeJson(input, { items: keys.map(keyJson) });
      input.io.stdout.write(keyTable(keys));
      return exitCodes.ok;
    }),
};

/** `keys rotate`. */
export const rotateKey: Command = {
  positions: [],
  perRealm: true,
  help: "Makes a key and publishes it; it signs as soon as every process and resource server had time to learn it.",
  options: {
    use: { type: "string", value: "USE", description: "What it signs: access or refresh tokens. Default: access" },
    now: { type: "boolean", description: "Sign with it at once: for a key that was stolen" },
  },
  run: (input) => {
    const use = readUse(input.option("use") ?? "access");
    return withRealm(input, async (provider) => {
      const key = await provider.rotateKey({ use, now: input.flag("now") }, operator);
      if (input.json) return writeJson(input, keyJson(key));
      input.io.stdout.write(`Key ${key.kid} signs ${key.use} tokens from ${formatTime(key.activatesAt)} on.\n`);
      return exitCodes.ok;
    });
  },
};

/** `keys retire`. */
export const retireKey: Command = {
  positions: ["KID"],
  perRealm: true,
  help: "Ends a key at once: no token that it signed is accepted any more, and a current key is replaced. A key that nobody stole needs no retiring: after `keys rotate` it leaves by itself when its last token has expired.",
  options: { now: { type: "boolean", description: "Also where tokens that it signed are still alive" } },
  run: (input) =>
    withRealm(input, async (provider) => {
      const kid = input.positions[0]!;
      const key = (await provider.listKeys()).find((candidate) => candidate.kid === kid);
      if (key === undefined)
        throw new CommandError(`Realm ${input.realm} has no key ${kid}. See: pnpm latchkey keys list`);
      if (!input.flag("now") && (key.state === "current" || key.state === "previous")) {
        throw new CommandError(
          `Key ${kid} is ${key.state}: tokens that it signed may still be alive and would be refused. Nothing was changed.\n` +
            `If it was stolen: pnpm latchkey keys retire ${kid} --now. Otherwise: pnpm latchkey keys rotate, and it leaves by itself.`,
        );
      }
      await provider.retireKey(kid, operator);
      if (input.json) return writeJson(input, { kid, retired: true });
      input.io.stdout.write(`Key ${kid} is out of use.\n`);
      return exitCodes.ok;
    }),
};

/** `keys rewrap`. */
export const rewrapKeys: Command = {
  positions: [],
  perRealm: false,
  help: "Encrypts the stored keys of every realm under the first master key, for a change of the master key without a log-out: put the new one before the old one (LATCHKEY_MASTER_KEY=new,old, or so in the key file), restart every process, run this, then take the old one away and restart again.",
  options: {},
  run: async (input) => {
    const { environment, workingDirectory } = input.io;
    const items: { readonly realm: string; readonly rewrapped: number }[] = [];
    for (const { name } of loadConfiguration(environment, workingDirectory).realms) {
      await withRealm({ ...input, realm: name }, async (provider) => {
        items.push({ realm: name, rewrapped: await provider.rewrapKeys(operator) });
        return exitCodes.ok;
      });
    }
    if (input.json) return writeJson(input, { items });
    input.io.stdout.write(
      formatTable(
        ["REALM", "REWRAPPED"],
        items.map(({ realm, rewrapped }) => [realm, String(rewrapped)]),
      ),
    );
    input.io.stdout.write("Every key is encrypted under the first master key. An old one behind it can go.\n");
    return exitCodes.ok;
  },
};

function readUse(text: string): KeyUse {
  if (text !== "access" && text !== "refresh") throw new UsageError("--use must be access or refresh.");
  return text;
}

function keyTable(keys: readonly SigningKeyInfo[]): string {
  return formatTable(
    ["KID", "USE", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "RETIRED"],
    keys.map((key) => [
      key.kid,
      key.use,
      key.algorithm,
      key.state,
      formatTime(key.createdAt),
      formatTime(key.activatesAt),
      formatTime(key.retiredAt),
    ]),
  );
}

function keyJson(key: SigningKeyInfo): Readonly<Record<string, unknown>> {
  return {
    kid: key.kid,
    use: key.use,
    algorithm: key.algorithm,
    state: key.state,
    created_at: formatTime(key.createdAt),
    activates_at: formatTime(key.activatesAt),
    retired_at: key.retiredAt === null ? null : formatTime(key.retiredAt),
  };
}
