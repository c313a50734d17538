// Brings the schema up to date, or prints the SQL that would.
import { loadConfiguration } from "../../config/load-configuration.ts";
import { openDatabase } from "../../database/open-database.ts";
import { UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { writeJson } from "../output.ts";

/** `migrate`. Needs no master key. */
export const migrate: Command = {
  positions: [],
  perRealm: false,
  help: "Brings the database's schema up to date. There is no way back: make a backup first. Several processes may try at once.",
  options: {
    plan: { type: "boolean", description: "Print the SQL and change nothing" },
    to: { type: "string", value: "N", description: "Stop at this schema version. Default: the latest" },
  },
  run: async (input) => {
    const to = input.option("to");
    if (to !== undefined && !/^\d{1,6}$/.test(to)) throw new UsageError("--to must be a schema version.");
    const how = to === undefined ? {} : { to: Number(to) };
    const { database: at } = loadConfiguration(input.io.environment, input.io.workingDirectory);
    const database = await openDatabase(at, { missing: input.flag("plan") ? "imagine" : "create" });
    try {
      if (input.flag("plan")) return printPlan(input, await database.planMigrations(how));
      const report = await database.migrate(how);
      if (input.json) return writeJson(input, report);
      const what = report.applied.length === 0 ? `is up to date at` : `went from schema version ${report.from} to`;
      input.io.stdout.write(`The database (${database.name}) ${what} version ${report.to}.\n`);
      return exitCodes.ok;
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message.replace(/^to: /, "--to: "));
      throw error;
    } finally {
      await database.close();
    }
  },
};

type Plan = Awaited<ReturnType<Awaited<ReturnType<typeof openDatabase>>["planMigrations"]>>;

function printPlan(input: CommandInput, plan: Plan): number {
  if (input.json) return writeJson(input, plan);
  if (plan.migrations.length === 0) {
    input.io.stderr.write(`Nothing to do: the schema is at version ${plan.from}.\n`);
    return exitCodes.ok;
  }
  for (const { version, name, statements } of plan.migrations) {
    input.io.stdout.write(`-- ${version}: ${name}\n${statements.map((statement) => `${statement};\n`).join("")}`);
  }
  return exitCodes.ok;
}
