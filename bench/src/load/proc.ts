// What Linux tells of a process: CPU time and memory. Elsewhere the figures are NaN, and the table says so.
import { readFileSync } from "node:fs";

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of a process and all its threads, in milliseconds. */
export function cpuMilliseconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold blanks; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Resident memory of a process, in MB (10⁶ bytes): now and at its highest. */
export function residentMegabytes(pid: number): { readonly now: number; readonly highest: number } {
  const status = read(`/proc/${pid}/status`);
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? Number.NaN);
  return { now: (kibibytes("VmRSS") * 1024) / 1e6, highest: (kibibytes("VmHWM") * 1024) / 1e6 };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
