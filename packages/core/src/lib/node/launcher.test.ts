import { describe, expect, it, vi } from "vitest";
import { findLaunchers, launcherGone } from "./launcher.ts";
import type { ProcessFacts } from "./launcher.ts";

const words = (...parts: string[]) => parts.join("\0");
const underNpx: Record<number, ProcessFacts> = {
  50: { parent: 40, commandLine: words("sh", "-c", "node apps/server/src/main.ts") },
  40: { parent: 30, commandLine: words("pnpm", "start") },
  30: { parent: 20, commandLine: words("sh", "-c", "'pnpm' start") },
  20: { parent: 10, commandLine: "npm exec pnpm@12 start" },
  10: { parent: 1, commandLine: words("-bash") },
};

describe("launchers", () => {
  it("are the package manager's processes, up to whoever called it", () => {
    expect(findLaunchers(50, (pid) => underNpx[pid]).map(({ pid }) => pid)).toEqual([50, 40, 30, 20]);
  });

  it.each([
    ["a person's shell", { 50: { parent: 1, commandLine: "-bash" } }],
    ["a script's shell", { 50: { parent: 1, commandLine: words("sh", "-c", "node main.js; echo done") } }],
    ["a process manager", { 50: { parent: 1, commandLine: "/lib/systemd/systemd" } }],
    ["a system without /proc", {}],
  ])("are none under %s", (_, processes: Record<number, ProcessFacts>) => {
    expect(findLaunchers(50, (pid) => processes[pid])).toEqual([]);
  });

  it("are missed when one of them ends", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const processes = { ...underNpx };
    const gone = vi.fn<() => void>();
    void launcherGone((pid) => processes[pid], 50).then(gone);
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone).not.toHaveBeenCalled();
    delete processes[20];
    processes[30] = { ...processes[30]!, parent: 1 };
    await vi.advanceTimersByTimeAsync(250);
    expect(gone).toHaveBeenCalledWith("launcher gone");
    vi.useRealTimers();
  });
});
