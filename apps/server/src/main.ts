// The program: without arguments it serves, otherwise it runs a command. It loads nothing before it knows that this Node can run it.
if (Number(process.versions["napi"]) >= 10) {
  const { runCommandLine } = await import("./cli/run.ts");
  const { processIo } = await import("./cli/io.ts");
  // A reader that has seen enough (`… | head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  process.exitCode = await runCommandLine(process.argv.slice(2), processIo());
  // The process ends when nothing is left to do; a handle that somebody forgot does not hold it.
  setTimeout(() => process.exit(), 1_000).unref();
} else {
  console.error(`Latchkey needs Node 22.18 or later; this is ${process.version}. Run it with: npx -y pnpm@12 start`);
  process.exitCode = 1;
}
