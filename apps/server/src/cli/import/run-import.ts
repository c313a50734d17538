// One import: records → accounts → batches → outcomes. It decides the order; what an account is, the format and core decide.
import { IdentityError } from "@latchkey/core";
import type { FieldProblems, IdentityProvider, ImportedAccountInput, ImportOutcome, JsonObject } from "@latchkey/core";
import { CommandError } from "../command.ts";
import { operator } from "../open-realm.ts";
import type { FormatSettings, ImportFormat } from "./import-formats.ts";
import type { MappedRecord } from "./import-mapping.ts";
import { problemReasons, refusalReasons, type ImportReport } from "./import-report.ts";
import { readRecords, type RecordText } from "./read-records.ts";

/** The parts of a run. */
export interface ImportRun {
  readonly source: AsyncIterable<Uint8Array>;
  readonly format: ImportFormat;
  readonly settings: FormatSettings;
  readonly provider: IdentityProvider;
  /** For a dry run: an empty realm of the same rules that takes what the real one would, so that records that clash with one another are found. */
  readonly scratch: IdentityProvider | undefined;
  readonly report: ImportReport;
  /** Ends it after the batch under way. */
  readonly signal: AbortSignal;
}

interface Row {
  readonly line: number;
  readonly input: ImportedAccountInput;
}

/** What a record is: an account, or refused before core was asked. */
type Read = Row | { readonly line: number; readonly problems: FieldProblems };

const batchSize = 100;

/** Runs to the end of the file or until the signal. @throws CommandError */
export async function runImport(run: ImportRun): Promise<void> {
  const { report, signal } = run;
  let batch: Read[] = [];
  const flush = async (): Promise<void> => {
    const read = batch;
    batch = [];
    const rows = read.filter((each) => "input" in each);
    const outcomes = rows.length > 0 ? await importBatch(run, rows) : [];
    const outcomeOf = new Map<Read, ImportOutcome>(rows.map((row, index) => [row, outcomes[index]!]));
    for (const each of read) {
      if ("input" in each) settle(run, each, outcomeOf.get(each)!);
      else report.refuse({ line: each.line, account: {}, reasons: problemReasons(each.problems) });
    }
    report.progress();
  };
  for await (const record of readRecords(run.source, run.format.depth)) {
    const mapped = readRecord(record, run);
    if (mapped === "skip") report.counts.skipped++;
    else batch.push({ line: record.line, ...mapped });
    if (batch.length >= batchSize) await flush();
    if (signal.aborted) return;
  }
  await flush();
}

function readRecord({ text }: RecordText, { format, settings }: ImportRun): MappedRecord | "skip" {
  let record: JsonObject;
  try {
    record = JSON.parse(text) as JsonObject;
  } catch {
    return { problems: { "the record": [{ problem: "invalid_format" }] } };
  }
  return format.read(record, settings);
}

async function importBatch(
  { provider, scratch, report }: ImportRun,
  rows: readonly Row[],
): Promise<readonly ImportOutcome[]> {
  const inputs = rows.map(({ input }) => input);
  try {
    if (scratch === undefined) return await provider.importAccounts(inputs, operator);
    const outcomes = await provider.importAccounts(inputs, operator, { dryRun: true });
    // Without their passwords: what they are is known, and nothing of them is to lie in another place.
    const taken = rows.filter((_, index) => outcomes[index]!.outcome === "imported");
    const among = await scratch.importAccounts(
      taken.map(({ input }) => ({ ...input, passwordHash: null })),
      operator,
    );
    const second = new Map(taken.map((row, index) => [row, among[index]!]));
    return rows.map((row, index) => second.get(row) ?? outcomes[index]!);
  } catch (error) {
    if (!(error instanceof IdentityError) || error.code !== "store_unavailable") throw error;
    const { imported, present } = report.counts;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    throw new CommandError(
      `The database did not answer${cause}. ${imported + present} accounts are there; run the same command again, and it goes on.`,
    );
  }
}

function settle({ provider, report }: ImportRun, { line, input }: Row, outcome: ImportOutcome): void {
  const { counts } = report;
  if (outcome.outcome === "refused")
    return report.refuse({ line, account: input.identifiers, reasons: refusalReasons(outcome.error) });
  counts[outcome.outcome]++;
  if (outcome.outcome === "present") return;
  const { logInWith, logInWithCode } = provider.policy;
  if ((input.passwordHash ?? null) === null) counts.withoutPassword++;
  if (![...logInWith, ...logInWithCode].some((kind) => Object.hasOwn(input.identifiers, kind))) counts.withoutLogIn++;
}
