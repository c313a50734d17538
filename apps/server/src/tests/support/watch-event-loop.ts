// Loaded into a server process with --import: tells its parent, when asked, for how long the event loop stood still at most.
import { monitorEventLoopDelay } from "node:perf_hooks";

const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();

process.on("message", (question: unknown) => {
  if (question === "reset") delays.reset();
  process.send?.({ longestStopMilliseconds: delays.max / 1e6 });
});
// The question must not keep a process alive that has nothing else to do.
process.channel?.unref();
