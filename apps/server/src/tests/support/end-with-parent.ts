// Loaded into a server process with --import: a test run that is killed leaves no server behind.
process.on("disconnect", () => process.exit(1));
// Listening must not keep a process alive that has nothing else to do.
process.channel?.unref();
