// What is kept of a mutation run: figures per file, and every mutant that no test noticed. Pure.

/** A mutant as the report schema of mutation testing tools tells it; lines and columns count from 1. */
export interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The report of a run. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

/** How the mutants of a file fared. */
export interface MutationFigures {
  readonly mutants: number;
  readonly killed: number;
  /** Mutants that ran on for ever: noticed, too. */
  readonly timeouts: number;
  readonly survived: number;
  /** Mutants that no test reaches. */
  readonly noCoverage: number;
  /** Mutants that broke the run itself, such as a test file that could not be read; not among the mutants. */
  readonly faults: number;
  /** Per cent of the mutants that were noticed, with one decimal. */
  readonly score: number;
}

/** Figures per file and in all, and what was not noticed: `file:line: code → replacement`. */
export interface MutationSummary {
  readonly all: MutationFigures;
  readonly files: Readonly<Record<string, MutationFigures>>;
  readonly unnoticed: readonly string[];
}

/** What stands in mutation/results: of each file the run that judged it last. */
export interface KeptSummary extends MutationSummary {
  readonly files: Readonly<Record<string, MutationFigures & { readonly at: string; readonly commit: string }>>;
}

const longestCode = 120;

/** Sums a report up. @throws Error where a mutant has no verdict, or none was made: such a run proves nothing. */
export function summarise(report: MutationReport): MutationSummary {
  const files = Object.entries(report.files).filter(([, { mutants }]) => mutants.length > 0);
  const mutants = files.flatMap(([, file]) => file.mutants);
  if (mutants.length === 0) throw new Error("the run made no mutant");
  const unnoticed = files.flatMap(([path, file]) =>
    file.mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map((mutant) => {
        const code = `${oneLine(codeAt(file.source, mutant.location))} → ${oneLine(mutant.replacement ?? "")}`;
        return `${path}:${mutant.location.start.line}: ${code}${mutant.status === "NoCoverage" ? " (not reached)" : ""}`;
      }),
  );
  return {
    all: figuresOf(mutants),
    files: Object.fromEntries(files.map(([path, file]) => [path, figuresOf(file.mutants)])),
    unnoticed,
  };
}

/** Puts a run into what is kept: its files take the place of what was known of them, the others stay. */
export function keep(
  kept: KeptSummary | undefined,
  summary: MutationSummary,
  run: { readonly at: string; readonly commit: string },
): KeptSummary {
  const judged = Object.entries(summary.files).map(([path, figures]) => [path, { ...figures, ...run }] as const);
  const files = { ...kept?.files, ...Object.fromEntries(judged) };
  const others = (kept?.unnoticed ?? []).filter((one) => !(one.slice(0, one.indexOf(":")) in summary.files));
  return { all: sumOf(Object.values(files)), files, unnoticed: [...others, ...summary.unnoticed].sort() };
}

function sumOf(files: readonly MutationFigures[]): MutationFigures {
  const sum = (name: Exclude<keyof MutationFigures, "score">) => files.reduce((total, file) => total + file[name], 0);
  const [killed, timeouts] = [sum("killed"), sum("timeouts")];
  const mutants = sum("mutants");
  return {
    mutants,
    killed,
    timeouts,
    survived: sum("survived"),
    noCoverage: sum("noCoverage"),
    faults: sum("faults"),
    score: scoreOf(killed + timeouts, mutants),
  };
}

const scoreOf = (noticed: number, mutants: number) => Math.round((1000 * noticed) / mutants) / 10;

function figuresOf(mutants: readonly ReportedMutant[]): MutationFigures {
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, timeouts, survived, noCoverage] = [
    count("Killed"),
    count("Timeout"),
    count("Survived"),
    count("NoCoverage"),
  ];
  const judged = killed + timeouts + survived + noCoverage;
  const faults = count("RuntimeError") + count("CompileError");
  const open = mutants.length - judged - faults;
  if (open > 0) throw new Error(`${open} mutants have no verdict`);
  const score = scoreOf(killed + timeouts, judged);
  return { mutants: judged, killed, timeouts, survived, noCoverage, faults, score };
}

function codeAt(source: string, { start, end }: ReportedMutant["location"]): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join("\n");
}

function oneLine(code: string): string {
  const line = code.replaceAll(/\s+/g, " ").trim();
  return line.length <= longestCode ? line : `${line.slice(0, longestCode)}…`;
}

/** The figures as a table in Markdown. */
export function tableOf({ all, files }: Pick<MutationSummary, "all" | "files">): string {
  const row = (name: string, { mutants, killed, timeouts, survived, noCoverage, score }: MutationFigures) =>
    `| ${[name, mutants, killed, timeouts, survived, noCoverage, `${score} %`].join(" | ")} |`;
  return [
    "| file | mutants | killed | timeouts | survived | not reached | noticed |",
    "| --- | --: | --: | --: | --: | --: | --: |",
    ...Object.entries(files).map(([path, figures]) => row(`\`${path.replace(/^.*\//, "")}\``, figures)),
    row("all", all),
  ].join("\n");
}
