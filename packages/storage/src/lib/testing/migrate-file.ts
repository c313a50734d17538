// Migrates a database and prints which versions it applied. Run by tests as a process of its own.
import { openSqliteStorage } from "../dialects/sqlite/open-storage.ts";

const { migrate, checkSchema, storage } = await openSqliteStorage({ file: process.argv[2] ?? "" });
const { applied } = await migrate();
await checkSchema();
await storage.close();
process.stdout.write(JSON.stringify(applied));
