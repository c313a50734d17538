// The program: serves the board until a signal ends it.
import { serve } from "@hono/node-server";
import { openBoard } from "./board.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.env);
const board = await openBoard(settings);
const server = serve({ fetch: board.app.fetch, port: settings.port }, ({ port }) => {
  console.log(`Money For Rabbit is running: http://localhost:${port}/api/user, http://localhost:${port}/swagger`);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // What is under way is answered first; a second signal does not wait.
  process.once(signal, () => server.close(() => void board.close()));
}
