// What Node does faster: signatures without promises, and password hashes off the event loop.
export { nodePlatform } from "./lib/node/node-platform.ts";
export type { NodePlatformOptions } from "./lib/node/node-platform.ts";
