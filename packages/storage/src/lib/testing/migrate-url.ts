// Migrates a database and prints which versions it applied. Run by tests as a process of its own.
import { openStorage } from "../open-storage.ts";

const { migrate, checkSchema, storage } = await openStorage(process.argv[2] ?? "");
const { applied } = await migrate();
await checkSchema();
await storage.close();
process.stdout.write(JSON.stringify(applied));
