// The settings as a schema: what the file may say and the sentence that each wrong value gets. It reads no file and no environment.
import { z } from "zod";
import { databaseUrlProblem } from "../database/database-url.ts";
import { absoluteUrl, choice, cidr, flag, text, wholeNumber } from "./fields.ts";
import { realmSchema } from "./realm-schema.ts";
import type { Settings } from "./settings.ts";

const realmNames = z.string().regex(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/, {
  error: "is no name for a realm: 1 to 32 lower-case letters, digits and inner hyphens, beginning with a letter",
});

const databaseUrlError = 'must be a URL, for example "sqlite:./data/latchkey.db"';
const databaseUrl = z
  .string({ error: databaseUrlError })
  .superRefine((value, context) => {
    const problem = databaseUrlProblem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .meta({
    description:
      "sqlite:PATH, relative to this file, postgres://USER:PASSWORD@HOST:5432/DATABASE or mysql://USER:PASSWORD@HOST:3306/DATABASE. Environment: DATABASE_URL. Default sqlite:./data/latchkey.db.",
  });

const day = 86_400_000;
const databasePool = z
  .strictObject(
    {
      maxConnections: wholeNumber(1, 1000, "Connections of this process at most. Default 10.").optional(),
      idleMilliseconds: wholeNumber(1, day, "How long an unused connection is kept. Default 30000.").optional(),
      acquireMilliseconds: wholeNumber(
        1,
        day,
        "How long a request waits for a connection before it is refused with 503. Default 5000.",
      ).optional(),
      statementMilliseconds: wholeNumber(
        1,
        day,
        "How long a statement may run before the database ends it. Default 10000.",
      ).optional(),
    },
    { error: 'must be an object, for example {"maxConnections": 20}' },
  )
  .meta({ description: "The connections to a database on a server; SQLite needs none." });

const purge = z
  .strictObject(
    {
      intervalSeconds: wholeNumber(
        1,
        86_400,
        "Seconds between two rounds, give or take a tenth; null: the server deletes nothing by itself, only the command purge does. Default 600.",
      )
        .nullable()
        .optional(),
      batch: wholeNumber(1, 10_000, "Rows that are deleted at once. Default 500.").optional(),
    },
    { error: 'must be an object, for example {"intervalSeconds": 600, "batch": 500}' },
  )
  .meta({ description: "When the server deletes what has expired. Each process does; several do no harm." });

const http = z
  .strictObject(
    {
      bodyBytes: wholeNumber(1024, 10_485_760, "A request's body at most. Default 65536.").optional(),
      headerBytes: wholeNumber(1024, 1_048_576, "A request's headers together at most. Default 16384.").optional(),
      headersMilliseconds: wholeNumber(100, day, "How long headers may take to arrive. Default 10000.").optional(),
      requestMilliseconds: wholeNumber(100, day, "How long a request may take to arrive. Default 30000.").optional(),
      keepAliveMilliseconds: wholeNumber(
        100,
        day,
        "How long a connection without a request stays open: longer than a proxy keeps it. Default 65000.",
      ).optional(),
    },
    { error: 'must be an object, for example {"bodyBytes": 65536}' },
  )
  .meta({ description: "What a request and its connection may take." });

const log = z
  .strictObject(
    {
      level: choice(
        ["debug", "info", "warn", "error", "silent"],
        "The least level that is logged. Default info.",
      ).optional(),
      format: choice(
        ["auto", "json", "text"],
        "text is for people; auto = text on a terminal, json elsewhere. Default auto.",
      ).optional(),
    },
    { error: 'must be an object, for example {"level": "info", "format": "auto"}' },
  )
  .meta({ description: "The log, on standard error." });

const realms = z
  .record(realmNames, realmSchema, {
    error: 'must be an object of realms, for example {"main": {"contract": "latchkey", "mount": "/v1"}}',
  })
  .refine((named) => Object.keys(named).length > 0, { error: "must name at least one realm" })
  .meta({ description: "The populations of accounts, by name." });

/** The schema of the settings file. */
export const settingsSchema: z.ZodType<Settings> = z.strictObject(
  {
    $schema: z.string({ error: "must be a path or URL" }).optional(),
    host: text("an address or host name", /^\S+$/, "Where to listen. Environment: HOST. Default 0.0.0.0.").optional(),
    port: wholeNumber(0, 65_535, "Where to listen; 0 = any free port. Environment: PORT. Default 8000.").optional(),
    publicUrl: absoluteUrl(
      "The URL under which clients reach the server; issuers are made of it. The same for every process on one database, whatever its port. Environment: PUBLIC_URL. Default http://localhost:8000.",
    ).optional(),
    databaseUrl: databaseUrl.optional(),
    databasePool: databasePool.optional(),
    purge: purge.optional(),
    metricsHost: text(
      "an address or host name",
      /^\S+$/,
      "Where metrics listen: not where the world can reach it. Environment: METRICS_HOST. Default 127.0.0.1.",
    ).optional(),
    http: http.optional(),
    metricsPort: wholeNumber(
      0,
      65_535,
      "Where metrics and detailed health are served, apart from the public port; 0 or null = nowhere. Environment: METRICS_PORT. Default 9464.",
    )
      .nullable()
      .optional(),
    trustedProxies: z
      .array(cidr("An address or a block in CIDR form."), { error: "must be a list of addresses or CIDR blocks" })
      .meta({
        description:
          "Proxies whose X-Forwarded-For is believed, from right to left. Default: none, the client is the socket's peer.",
      })
      .optional(),
    rootPage: flag("Whether GET / shows a page about what is mounted. Default true.").optional(),
    swagger: flag("Whether /swagger is served. Default true.").optional(),
    log: log.optional(),
    realms,
  },
  { error: "must be a JSON object" },
);
