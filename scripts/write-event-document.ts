// Writes docs/events.md: `node scripts/write-event-document.ts`, after a change of the catalogue.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventDocument, eventDocumentPath, loadEventCatalogue } from "./lib/event-document.ts";
import { repositoryRoot } from "./lib/repository.ts";

writeFileSync(join(repositoryRoot, eventDocumentPath), eventDocument(await loadEventCatalogue()));
