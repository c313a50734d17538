// Looks at the whole installation and says what would be unsafe. It changes nothing.
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { Configuration } from "../../config/configuration.ts";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { checkDatabase } from "../doctor/check-database.ts";
import { checkClock, checkNode } from "../doctor/check-runtime.ts";
import { checkSettings } from "../doctor/check-settings.ts";
import { finding } from "../doctor/finding.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkRealms } from "../../realms.ts";
import { writeJson } from "../output.ts";
import { formatTable } from "../table.ts";

/** `doctor`. */
export const doctor: Command = {
  positions: [],
  perRealm: false,
  help: "Checks configuration, database, keys and clock, as production needs them. Exit code 1 where something is bad; odd is worth a look.",
  options: {},
  run: async (input) => {
    const findings = await examine(input);
    const bad = findings.filter((one) => one.verdict === "bad").length;
    if (input.json) writeJson(input, { findings, bad });
    else {
      const rows = findings.map(({ verdict, rule, found, wanted }) => [
        verdict,
        rule,
        firstLine(found),
        verdict === "good" ? "" : wanted,
      ]);
      input.io.stdout.write(formatTable(["", "RULE", "FOUND", "WANTED"], rows));
      input.io.stdout.write(
        bad === 0
          ? "\nNothing here is unsafe.\n"
          : `\nNot fit for production: ${bad} of ${findings.length} rules broken.\n`,
      );
    }
    return bad === 0 ? exitCodes.ok : exitCodes.failure;
  },
};

async function examine(input: CommandInput): Promise<readonly Finding[]> {
  let configuration: Configuration;
  try {
    configuration = loadConfiguration(input.io.environment, input.io.workingDirectory);
    await checkRealms(configuration);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const broken = error.problems.map(({ path, message }) =>
      finding("the configuration is correct", false, `${path} ${message}`, "see the message"),
    );
    return [checkNode(), ...broken, checkClock(Date.now(), undefined)];
  }
  return [
    checkNode(),
    finding("the configuration is correct", true, configuration.file, "a correct file"),
    ...checkSettings(configuration),
    ...(await checkDatabase(configuration)),
  ];
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
