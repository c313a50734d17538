// Runs the server until a signal ends it.
import type { WireContract } from "@latchkey/contracts";
import { launcherGone } from "@latchkey/core/node";
import type { Configuration } from "../../config/configuration.ts";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { selectRealm } from "../../config/select-realm.ts";
import { localAddress } from "../../http/addresses.ts";
import { firstSteps } from "../../http/first-steps.ts";
import { firstSignal } from "../../lifecycle.ts";
import { createLog } from "../../log.ts";
import { boundOldGeneration } from "../../old-generation.ts";
import { startServer } from "../../start-server.ts";
import type { RunningServer } from "../../start-server.ts";
import { boundYoungGeneration } from "../../young-generation.ts";
import { exitCodes } from "../command.ts";
import type { Command } from "../command.ts";
import { writeJson } from "../output.ts";

// A process manager that kills after 10 s must find nothing left to kill: so long for answers, so long for all.
const graceMilliseconds = 7_000;
const endMilliseconds = 9_500;

/** `serve`. */
export const serve: Command = {
  positions: [],
  perRealm: false,
  help: "Starts the server. Ctrl-C or SIGTERM ends it: requests under way are answered first; a second signal does not wait.",
  options: {
    only: {
      type: "string",
      value: "REALM",
      description: "Serve this realm alone; it then answers /signup and /login, too",
    },
  },
  run: async (input) => {
    boundYoungGeneration();
    boundOldGeneration();
    // Listening from the start, so that a signal during the start ends it in order too.
    const signal = Promise.race([firstSignal(process, (code) => process.exit(code)), launcherGone()]);
    const loaded = loadConfiguration(input.io.environment, input.io.workingDirectory);
    const only = input.option("only");
    const configuration = only === undefined ? loaded : selectRealm(loaded, only);
    const log = createLog(configuration.log);
    const server = await startServer(configuration, log);
    const { host, publicUrl } = configuration;
    log.info({ host, port: server.port, publicUrl, metricsPort: server.metricsPort }, "Listening");
    if (input.json) writeJson(input, { port: server.port, addresses: addresses(configuration, server) });
    else input.io.stdout.write(greeting(configuration, server));
    log.info({ signal: await signal }, "Ending: no new requests, those under way are answered");
    setTimeout(() => process.exit(exitCodes.failure), endMilliseconds).unref();
    const answered = await server.close(graceMilliseconds);
    if (!answered) log.warn("Some requests were cut off: they took too long");
    log.info("Ended");
    return exitCodes.ok;
  },
};

function addresses(configuration: Configuration, server: RunningServer): Readonly<Record<string, string>> {
  const base = localAddress(configuration.publicUrl, server.port);
  return {
    ...Object.fromEntries(
      server.realms.map(({ name, mount }) => [`realm ${name}`, base + (mount === "/" ? "" : mount)]),
    ),
    ...(configuration.swagger ? { swagger: `${base}/swagger` } : {}),
    ...(configuration.rootPage ? { overview: `${base}/` } : {}),
    health: `${base}/health/ready`,
  };
}

function greeting(configuration: Configuration, server: RunningServer): string {
  const lines = Object.entries(addresses(configuration, server));
  const width = Math.max(...lines.map(([name]) => name.length));
  const [first] = server.realms;
  return [
    "",
    "Latchkey is running.",
    ...lines.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`),
    ...(first === undefined ? [] : tryFirst(first.contract, lines[0]![1])),
    "",
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

function tryFirst(contract: WireContract, base: string): readonly string[] {
  const [step] = firstSteps(contract, base);
  return step === undefined ? [] : ["", "Try first:", `  ${step.command}`];
}
