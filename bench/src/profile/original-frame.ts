// The source of a function in a bundle, by the map that lies beside it.
import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath } from "node:url";

/** A function, and where it begins; lines and columns count from 0. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const maps = new Map<string, SourceMap | undefined>();

/** The frame with its source's path and line; as it is where it has no map. */
export function originalFrame(frame: Frame): Frame {
  if (!frame.url.startsWith("file:")) return frame;
  if (!maps.has(frame.url)) maps.set(frame.url, readMap(`${fileURLToPath(frame.url)}.map`));
  const entry = maps.get(frame.url)?.findEntry(frame.lineNumber, frame.columnNumber);
  if (entry === undefined || !("originalSource" in entry)) return frame;
  return { ...frame, url: entry.originalSource, lineNumber: entry.originalLine };
}

function readMap(file: string): SourceMap | undefined {
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload) : undefined;
}
