// Token families, which people know as sessions.
import { exitCodes } from "../command.ts";
import type { Command } from "../command.ts";
import { operator, withRealm } from "../open-realm.ts";
import { pageOptions, readPage, writeJson } from "../output.ts";
import { formatTable, formatTime } from "../table.ts";

/** `families list`. */
export const listFamilies: Command = {
  positions: ["ACCOUNT"],
  perRealm: true,
  help: "Lists an account's sessions, newest first. ACCOUNT is its id, number, user name, e-mail or mobile.",
  options: pageOptions,
  run: (input) => {
    const request = readPage(input);
    return withRealm(input, async (provider) => {
      const { id } = await provider.findAccount(input.positions[0]!);
      const page = await provider.listAccountSessions(id, request);
      if (input.json) {
        const items = page.items.map((session) => ({
          id: session.id,
          device: session.device,
          address: session.address,
          created_at: formatTime(session.createdAt),
          last_used_at: formatTime(session.lastUsedAt),
          expires_at: formatTime(session.expiresAt),
        }));
        return writeJson(input, { items, next_cursor: page.nextCursor });
      }
      const rows = page.items.map((session) => [
        session.id,
        formatTime(session.createdAt),
        formatTime(session.lastUsedAt),
        formatTime(session.expiresAt),
        session.address,
        session.device,
      ]);
      input.io.stdout.write(formatTable(["SESSION", "CREATED", "LAST USED", "EXPIRES", "ADDRESS", "DEVICE"], rows));
      if (page.nextCursor !== null) input.io.stderr.write(`There are more: add --cursor ${page.nextCursor}\n`);
      return exitCodes.ok;
    });
  },
};

/** `families revoke`. */
export const revokeFamily: Command = {
  positions: ["SESSION"],
  perRealm: true,
  help: "Ends one session: its refresh and access tokens are dead. SESSION is an id of `families list`.",
  options: {},
  run: (input) =>
    withRealm(input, async (provider) => {
      const session = input.positions[0]!;
      await provider.revokeFamily(session, operator);
      if (input.json) return writeJson(input, { id: session, revoked: true });
      input.io.stdout.write("The session has ended.\n");
      return exitCodes.ok;
    }),
};
