// Every command by its words. A command's module is loaded when it is called, so that `serve` starts without the others.
import type { Command } from "./command.ts";

/** A command's place in the help and where it is. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

const accounts = () => import("./commands/accounts.ts");
const credentials = () => import("./commands/credentials.ts");
const families = () => import("./commands/families.ts");
const keys = () => import("./commands/keys.ts");
const throttle = () => import("./commands/throttle.ts");

/** The commands, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  serve: { summary: "Start the server", load: async () => (await import("./commands/serve.ts")).serve },
  migrate: {
    summary: "Bring the database's schema up to date",
    load: async () => (await import("./commands/migrate.ts")).migrate,
  },
  doctor: {
    summary: "Check the installation; exit code 1 where it would be unsafe",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  import: {
    summary: "Take over accounts of another system with their passwords",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  purge: { summary: "Delete what has expired", load: async () => (await import("./commands/purge.ts")).purge },
  events: { summary: "List audit events", load: async () => (await import("./commands/events.ts")).events },
  "keys list": { summary: "List signing keys", load: async () => (await keys()).listKeys },
  "keys rotate": { summary: "Publish the next signing key", load: async () => (await keys()).rotateKey },
  "keys rewrap": { summary: "Encrypt the keys under a new master key", load: async () => (await keys()).rewrapKeys },
  "keys retire": { summary: "Take a signing key out of use", load: async () => (await keys()).retireKey },
  "accounts create": { summary: "Create an account", load: async () => (await credentials()).createAccount },
  "accounts list": { summary: "List accounts", load: async () => (await accounts()).listAccounts },
  "accounts show": { summary: "Show one account", load: async () => (await accounts()).showAccount },
  "accounts set-status": {
    summary: "Activate, decline or disable an account",
    load: async () => (await accounts()).setStatus,
  },
  "accounts set-roles": { summary: "Set an account's roles", load: async () => (await accounts()).setRoles },
  "accounts set-password": {
    summary: "Set an account's password",
    load: async () => (await credentials()).setPassword,
  },
  "accounts revoke-tokens": {
    summary: "Log an account out everywhere",
    load: async () => (await accounts()).revokeTokens,
  },
  "families list": { summary: "List an account's sessions", load: async () => (await families()).listFamilies },
  "throttle show": {
    summary: "Show limits on guessing and messages, and who has used them up",
    load: async () => (await throttle()).showThrottle,
  },
  "throttle reset": {
    summary: "Let somebody in who was shut out by a limit",
    load: async () => (await throttle()).resetThrottle,
  },
  "families revoke": { summary: "End one session", load: async () => (await families()).revokeFamily },
};
