// The JSON Schema of the settings file, for editors. Run as a program, it writes `latchkey.config.schema.json` beside the package's manifest.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { settingsSchema } from "./schema.ts";

/** Where the generated file is. */
export const jsonSchemaFile: string = fileURLToPath(new URL("../../latchkey.config.schema.json", import.meta.url));

/** The schema as a JSON value, in the draft that editors know best. */
export function createJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: "Latchkey configuration", ...z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" }) };
}

if (import.meta.main) writeFileSync(jsonSchemaFile, `${JSON.stringify(createJsonSchema(), null, 2)}\n`);
