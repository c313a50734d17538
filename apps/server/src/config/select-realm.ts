// One realm of the configuration alone: what `--only` asks for.
import { ConfigurationError } from "./configuration-error.ts";
import type { Configuration } from "./configuration.ts";
import { suggestion } from "./suggest.ts";

/** The configuration with one of its realms. @throws ConfigurationError where there is no such realm */
export function selectRealm(configuration: Configuration, name: string): Configuration {
  const realm = configuration.realms.find((candidate) => candidate.name === name);
  if (realm === undefined) {
    const names = configuration.realms.map((candidate) => candidate.name);
    const message = `names "${name}", which is no realm of the configuration; ${suggestion(name, names)}`;
    throw new ConfigurationError(configuration.file, [{ path: "--only", message }]);
  }
  return { ...configuration, realms: [realm], only: true };
}
