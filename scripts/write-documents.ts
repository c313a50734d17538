// Writes the documents that are made of code: `node scripts/write-documents.ts`, after a change of the catalogue of events or of doctor's rules.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { doctorDocument, doctorDocumentPath, loadDoctorRules } from "./lib/doctor-document.ts";
import { eventDocument, eventDocumentPath, loadEventCatalogue } from "./lib/event-document.ts";
import { repositoryRoot } from "./lib/repository.ts";

writeFileSync(join(repositoryRoot, eventDocumentPath), eventDocument(await loadEventCatalogue()));
writeFileSync(join(repositoryRoot, doctorDocumentPath), doctorDocument(await loadDoctorRules()));
