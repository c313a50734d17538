// What Node does: signatures without promises, password hashes off the event loop, messages to a file during development, and an end in order under package managers.
export { launcherGone } from "./lib/node/launcher.ts";
export { createOutboxSender } from "./lib/node/outbox-sender.ts";
export type { OutboxSenderOptions } from "./lib/node/outbox-sender.ts";
export { nodePlatform } from "./lib/node/node-platform.ts";
export type { NodePlatformOptions } from "./lib/node/node-platform.ts";
