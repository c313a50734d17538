// Looks at the whole installation and says what would be unsafe. It changes nothing.
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { Configuration } from "../../config/configuration.ts";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { checkDatabase } from "../doctor/check-database.ts";
import { checkClock, checkNode } from "../doctor/check-runtime.ts";
import { checkSettings } from "../doctor/check-settings.ts";
import { checkPolicies } from "../doctor/check-policies.ts";
import { checkSecrets } from "../doctor/check-secrets.ts";
import { judge } from "../doctor/finding.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkRealms, type Realm } from "../../realms.ts";
import { writeJson } from "../output.ts";
import { formatTable } from "../table.ts";

/** `doctor`. */
export const doctor: Command = {
  positions: [],
  perRealm: false,
  help: "Checks configuration, database, keys and clock, as production needs them. Exit code 1 where something is unsafe; odd is worth a look. The rules: docs/doctor.md.",
  options: {},
  run: async (input) => {
    const findings = await examine(input);
    const unsafe = findings.filter((one) => one.severity === "unsafe").length;
    if (input.json) writeJson(input, { findings, unsafe });
    else {
      const rows = findings.map(({ severity, rule, standard, found, wanted }) => [
        severity,
        rule,
        firstLine(found),
        severity === "ok" ? "" : wanted,
        severity === "ok" ? "" : (standard ?? ""),
      ]);
      input.io.stdout.write(formatTable(["", "RULE", "FOUND", "WANTED", "BY"], rows));
      input.io.stdout.write(
        unsafe === 0
          ? "\nNothing here is unsafe.\n"
          : `\nNot fit for production: ${unsafe} of ${findings.length} rules broken.\n`,
      );
    }
    return unsafe === 0 ? exitCodes.ok : exitCodes.failure;
  },
};

async function examine(input: CommandInput): Promise<readonly Finding[]> {
  let configuration: Configuration;
  let realms: readonly Realm[];
  try {
    configuration = loadConfiguration(input.io.environment, input.io.workingDirectory);
    realms = await checkRealms(configuration);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const broken = error.problems.map(({ path, message }) =>
      judge("configuration-correct", false, `${path} ${message}`),
    );
    return [checkNode(), ...broken, checkClock(Date.now(), undefined)];
  }
  return [
    checkNode(),
    judge("configuration-correct", true, configuration.file),
    ...checkSettings(configuration),
    ...(await checkSecrets(configuration, Date.now())),
    ...checkPolicies(realms),
    ...(await checkDatabase(configuration)),
  ];
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
