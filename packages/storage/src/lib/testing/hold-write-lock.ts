// Takes a database's write lock, says so, and keeps it for some milliseconds. Run by tests as a process of its own.
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";

const [file = "", milliseconds = "0"] = process.argv.slice(2);
const database = new Database(file);
database.exec("begin immediate");
process.stdout.write("locked\n");
await sleep(Number(milliseconds));
database.exec("rollback");
database.close();
