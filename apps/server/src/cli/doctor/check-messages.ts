// The rule about messages: what was recorded goes out.
import type { Configuration } from "../../config/configuration.ts";
import type { Database } from "../../database/database.ts";
import { judgeAll } from "./finding.ts";
import type { Finding } from "./finding.ts";

const shown = 100;
const patienceMilliseconds = 60_000;

/** Looks for messages that were given up in the last 30 days or wait for more than a minute. */
export async function checkMessages(
  { realms }: Pick<Configuration, "realms">,
  { storage }: Pick<Database, "storage">,
  now: number,
): Promise<Finding> {
  const troubles: string[] = [];
  for (const { name: realm } of realms) {
    const { messages } = storage.read;
    const [newest, ...older] = await messages.undeliverable({ realm, limit: shown });
    const overdue = await messages.due({ realm, now: now - patienceMilliseconds, limit: shown });
    if (newest !== undefined) {
      const count = older.length + 1;
      const at = new Date(newest.failedAt).toISOString().slice(0, 19);
      const many = count === shown ? `${count} or more` : String(count);
      troubles.push(`realm ${realm}: ${many} given up, the newest ${at}Z: ${newest.reason}`);
    }
    if (overdue.length > 0) troubles.push(`realm ${realm}: ${overdue.length} overdue`);
  }
  return judgeAll("messages-go-out", troubles, "none given up or overdue");
}
