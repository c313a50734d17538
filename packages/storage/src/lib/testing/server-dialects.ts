// The dialects of database servers, for tests that hold on each of them. For tests only.
import { openMysqlStorage } from "../dialects/mysql/open-storage.ts";
import { openPostgresStorage } from "../dialects/postgres/open-storage.ts";
import type { ServerSettings } from "../dialects/server/pool-settings.ts";
import type { OpenedStorage } from "../opened-storage.ts";
import { mysqlServer, postgresServer, type TestDatabase, type TestServer } from "./test-servers.ts";

/** What tests need of a dialect. */
export interface ServerDialect {
  readonly name: string;
  readonly server: TestServer;
  open(url: string, settings?: ServerSettings): Promise<OpenedStorage>;
  /** The number of the connection that runs it. */
  readonly connectionNumber: string;
  /** Ends the connection of that number. */
  kill(database: TestDatabase, number: number): Promise<unknown>;
  /** How many requests name the family until a rotation of it is carried out. */
  readonly requestsToRotate: number;
  /** Waits as many seconds. */
  wait(seconds: number): string;
}

/** Every dialect of a database server. */
export const serverDialects: readonly ServerDialect[] = [
  {
    name: "postgres",
    server: postgresServer,
    open: (url, settings) => openPostgresStorage({ ...settings, url }),
    connectionNumber: "select pg_backend_pid() as number",
    kill: (database, number) => database.run("select pg_terminate_backend($1)", [number]),
    requestsToRotate: 1,
    wait: (seconds) => `select pg_sleep(${seconds})`,
  },
  {
    name: "mysql",
    server: mysqlServer,
    open: (url, settings) => openMysqlStorage({ ...settings, url }),
    connectionNumber: "select connection_id() as number",
    kill: (database, number) => database.run("kill ?", [number]),
    requestsToRotate: 2,
    wait: (seconds) => `select sleep(${seconds})`,
  },
];
