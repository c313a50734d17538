// Where the time of a CPU profile went: by package and by function, as shares of the time in which the process was not idle.
import { originalFrame, type Frame } from "./original-frame.ts";

/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
}

type Share = readonly [name: string, share: number];

/** The shares, largest first. A function's time is its own, without what it calls; what is native counts for its own name or for its caller. */
export function summarise({ nodes, samples }: CpuProfile): {
  readonly byPlace: readonly Share[];
  readonly byFunction: readonly Share[];
} {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, originalFrame(callFrame)]));
  const busy = samples.map((id) => frames.get(id)!).filter(({ functionName }) => functionName !== "(idle)");
  return { byPlace: sharesOf(busy.map(placeOf)), byFunction: sharesOf(busy.map(nameOf)) };
}

function placeOf({ functionName, url }: Frame): string {
  if (functionName === "(garbage collector)") return "garbage collector";
  if (functionName === "(program)") return "V8 and the kernel, outside of any function";
  if (url.startsWith("node:")) return `Node: ${url.includes("crypto") ? "crypto" : "http, streams, timers"}`;
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, own] = /(?:packages|apps)\/([^/]+)\/src\//.exec(url) ?? [];
  return own === undefined ? (name ?? "native functions: crypto, SQLite, sockets") : `@latchkey/${own}`;
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const where = url === "" ? "native" : `${url.split("/").slice(-3).join("/")}:${lineNumber + 1}`;
  return `${functionName || "(anonymous)"} ${where}`;
}

function sharesOf(names: readonly string[]): readonly Share[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]): Share => [name, count / names.length])
    .toSorted(([, left], [, right]) => right - left);
}
