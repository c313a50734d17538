// The program: serves the board until a signal ends it.
import { serve } from "@hono/node-server";
import { launcherGone } from "@latchkey/core/node";
import { openBoard } from "./board.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.env);
const board = await openBoard(settings);
const server = serve({ fetch: board.app.fetch, port: settings.port }, ({ port }) => {
  console.log(`Money For Rabbit is running: http://localhost:${port}/api/user, http://localhost:${port}/swagger`);
});
const end = () => server.close(() => void board.close());
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // What is under way is answered first; a second signal does not wait.
  process.once(signal, end);
}
// A package manager that started it and was ended alone takes it along.
void launcherGone().then(end);
