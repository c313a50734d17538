// The measurements of one run, one after another: nothing of ours runs beside what is measured but the load.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startChild, type Child } from "./child/child.ts";
import { isUndisturbed } from "./load/disturbance.ts";
import type { ConnectionJob, LoadJob, LoadResult } from "./load/job.ts";
import { residentMegabytes } from "./load/proc.ts";
import type { Plan } from "./plan.ts";
import { idleMegabytes, startLatchkey } from "./subjects/latchkey-server.ts";
import type { RunningSubject, Subject, Work } from "./subjects/subject.ts";

/** Every measurement of one work on one subject. */
export interface Series {
  readonly subject: string;
  readonly title: string;
  readonly work: string;
  readonly conditions: string;
  readonly connections: number;
  /** Whether a database server had its part of the cores, so that the load's share says nothing of others. */
  readonly sharesCores?: boolean;
  readonly rounds: readonly Omit<LoadResult, "tokens">[];
  /** Highest resident memory of each process of the subject after all its works, in MB. */
  readonly highestMegabytes: readonly number[];
}

interface Contestant {
  readonly subject: Subject;
  readonly work: Work;
  readonly rounds: Omit<LoadResult, "tokens">[];
  readonly highestMegabytes: number[];
}

/** Starts of the built server: milliseconds to the first answer, MB at rest. */
export interface StartFigures {
  /** On an empty folder: schema and keys are made. */
  readonly firstMilliseconds: readonly number[];
  /** On the database of a start before. */
  readonly againMilliseconds: readonly number[];
  readonly againCpuMilliseconds: readonly number[];
  readonly idleMegabytes: readonly number[];
}

/** What a run says while it lasts. */
export interface Progress {
  /** A line for whoever waits. */
  tell(line: string): void;
  /** Something that the report must say is missing from it. */
  miss(line: string): void;
  /** Whether the run has used up its time, so that what is left is left out. */
  isLate(): boolean;
}

/** Loads every subject with its works, in passes A B C … C B A. A rival that fails is left out from then on. */
export async function measureLoads(
  subjects: readonly Subject[],
  plan: Plan,
  folder: string,
  progress: Progress,
): Promise<readonly Series[]> {
  const contestants = subjects.flatMap((subject) =>
    subject.works.map((work): Contestant => ({ subject, work, rounds: [], highestMegabytes: [] })),
  );
  const load = await startChild("load", "load");
  try {
    for (let pass = 1; pass <= plan.passes; pass++) {
      progress.tell(`pass ${pass} of ${plan.passes}`);
      const own = join(folder, `pass-${pass}`);
      await runPass(contestants, plan, own, load, progress);
      // A database or two of each subject: the disk is not endless.
      rmSync(own, { recursive: true, force: true });
    }
  } finally {
    await load.end();
  }
  return contestants.map(({ subject, work, rounds, highestMegabytes }) => ({
    subject: subject.id,
    title: subject.title,
    work: work.id,
    conditions: work.conditions,
    connections: work.connections,
    ...(work.sharesCores === true && { sharesCores: true }),
    rounds,
    highestMegabytes,
  }));
}

async function runPass(
  contestants: readonly Contestant[],
  plan: Plan,
  folder: string,
  load: Child,
  progress: Progress,
): Promise<void> {
  const running = new Map<Subject, RunningSubject>();
  // Somebody else's failure is told; ours ends the run.
  const dropping = async (subject: Subject, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (subject.rival !== true) throw error;
      progress.miss(`${subject.title}: ${String(error)}`);
      await running.get(subject)?.end();
      running.delete(subject);
    }
  };
  try {
    for (const subject of new Set(contestants.map((one) => one.subject))) {
      const own = join(folder, subject.id);
      mkdirSync(own, { recursive: true });
      await dropping(subject, async () => void running.set(subject, await subject.start(own)));
    }
    const jobs = new Map<Contestant, readonly ConnectionJob[]>();
    let late = 0;
    for (const contestant of [...contestants, ...contestants.toReversed()]) {
      const { subject, work } = contestant;
      const server = running.get(subject);
      if (server === undefined) continue;
      if (progress.isLate()) {
        late += 1;
        continue;
      }
      await dropping(subject, async () => {
        const known = work.shortLived === true ? undefined : jobs.get(contestant);
        const connections = known ?? (await work.prepare(server, work.connections));
        const beside = await work.beside?.prepare(server, work.beside.connections);
        jobs.set(contestant, await measureRounds(contestant, plan, server, { connections, beside }, load));
      });
    }
    if (late > 0) progress.miss(`${late} of ${2 * contestants.length} rounds: out of time`);
    for (const { subject, highestMegabytes } of contestants) {
      const server = running.get(subject);
      if (server !== undefined) highestMegabytes.push(residentMegabytes(server.pid).highest);
    }
  } finally {
    for (const server of running.values()) await server.end();
  }
}

/** One round, and others as long as it was disturbed; returns what the connections hold afterwards. */
async function measureRounds(
  { work, rounds }: Contestant,
  { warmUpSeconds, seconds, repeats }: Plan,
  { pid, port }: RunningSubject,
  { connections, beside }: Pick<LoadJob, "connections"> & { readonly beside: LoadJob["beside"] | undefined },
  load: Child,
): Promise<readonly ConnectionJob[]> {
  for (let repeat = 0; ; repeat++) {
    const job: LoadJob = { pid, port, connections, ...(beside && { beside }), warmUpSeconds, seconds };
    const { tokens, ...result } = await load.ask<LoadResult>(job);
    rounds.push(result);
    connections = connections.map((one, index) => ({ ...one, tokens: tokens[index] ?? one.tokens ?? [] }));
    if (work.sharesCores === true || isUndisturbed(result) || repeat >= repeats) return connections;
  }
}

/** Operations per second of each cost, by name: every round's. */
export async function measureCosts(
  names: readonly string[],
  plan: Plan,
  folder: string,
): Promise<Readonly<Record<string, readonly number[]>>> {
  mkdirSync(folder, { recursive: true });
  const child = await startChild("server", "in-process", [folder]);
  const found: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  try {
    for (let round = 0; round < plan.costRounds; round++) {
      for (const cost of [...names, ...names.toReversed()]) {
        found[cost]!.push(await child.ask<number>({ cost, milliseconds: plan.costMilliseconds }));
      }
    }
  } finally {
    await child.end();
  }
  return found;
}

/** Starts the built server several times and leaves it alone. */
export async function measureStarts(main: string, plan: Plan, folder: string): Promise<StartFigures> {
  const firstMilliseconds: number[] = [];
  const againMilliseconds: number[] = [];
  const againCpuMilliseconds: number[] = [];
  const rest: number[] = [];
  for (let start = 0; start < plan.starts; start++) {
    const own = join(folder, `start-${start}`);
    for (const times of [firstMilliseconds, againMilliseconds]) {
      const server = await startLatchkey(main, own);
      try {
        times.push(server.firstAnswerMilliseconds);
        if (times === againMilliseconds) againCpuMilliseconds.push(server.firstAnswerCpuMilliseconds);
        rest.push(await idleMegabytes(server, plan.restMilliseconds));
      } finally {
        await server.end();
      }
    }
  }
  return { firstMilliseconds, againMilliseconds, againCpuMilliseconds, idleMegabytes: rest };
}
