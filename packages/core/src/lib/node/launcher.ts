// Package managers that started the server do not pass SIGTERM on: whoever ends `npx … start` would leave a server behind that holds the port.
// So a server that was started by one watches its launchers, and ends in order when one of them is gone. Started by anything else, it watches nobody.
import { readFileSync } from "node:fs";

const lookEveryMilliseconds = 250;
const packageManager = /(?:^|[/ \0])(?:npm|npx|pnpm)(?:[ \0.]|$)|^(?:\S*\/)?sh\0-c\0/;

/** What is known of a process. */
export interface ProcessFacts {
  readonly parent: number;
  /** Words separated by NUL. */
  readonly commandLine: string;
}

/** Facts of a running process; `undefined` where there is none, or no /proc. */
export type ReadProcess = (pid: number) => ProcessFacts | undefined;

/** The package manager's processes above `pid`, nearest first, each with its parent; empty where none started it. */
export function findLaunchers(
  pid: number,
  read: ReadProcess,
): readonly { readonly pid: number; readonly parent: number }[] {
  const launchers: { pid: number; parent: number; isShell: boolean }[] = [];
  for (let at = pid; at > 1;) {
    const facts = read(at);
    if (facts === undefined || !packageManager.test(facts.commandLine)) break;
    launchers.push({ pid: at, parent: facts.parent, isShell: /^(?:\S*\/)?sh\0/.test(facts.commandLine) });
    at = facts.parent;
  }
  // A shell that no package manager runs is somebody's own script.
  while (launchers.at(-1)?.isShell === true) launchers.pop();
  return launchers;
}

/** Resolves when a package manager that started this process has ended; never where none did. */
export function launcherGone(read: ReadProcess = readProcess, pid: number = process.ppid): Promise<"launcher gone"> {
  const launchers = findLaunchers(pid, read);
  if (launchers.length === 0) return new Promise(() => {});
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      // An ended parent shows in its child: the child has another one now.
      if (launchers.every((launcher) => read(launcher.pid)?.parent === launcher.parent)) return;
      clearInterval(timer);
      resolve("launcher gone");
    }, lookEveryMilliseconds);
    timer.unref();
  });
}

function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return { parent, commandLine: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
  } catch {
    return undefined;
  }
}
