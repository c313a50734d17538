// Rotation and its repair: one conditional UPDATE decides, a later statement reads what is true for those whom it refused.
// Must not judge a loser: whether it is a retry or a reuse is core's question.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { FamilyRotation, NewEvent, RotateCommand, RotationOutcome } from "@latchkey/core/ports";
import { accountOf } from "../accounts/account-rows.ts";
import { appendDirectly, createEventStore, type EventQueries } from "../events/event-store.ts";
import type { Database, RotationWay } from "../kernel/dialect-profile.ts";
import { familyIdBytes } from "../kernel/row-values.ts";
import type { DirectRunner, DirectSession, Session } from "../kernel/session.ts";
import type { UnitRunner } from "../kernel/unit-runner.ts";
import { familyOf } from "./family-rows.ts";
import { compileRotation, type FamilyAndAccount, type RotateValues, type RotationQueries } from "./rotation-queries.ts";

const nothing: RotationOutcome = Object.freeze({ won: false, family: undefined, account: undefined });

/** How often a rotation that could still win is decided again, each time because somebody else has just changed the family. */
const maxDecisions = 8;

/** Decides in a session; whoever calls it says which unit that is. */
type Decide = (queries: RotationQueries, session: Session, values: RotateValues) => Promise<RotationOutcome>;

/** Decides and records, in units of its own. */
type Rotate = (values: RotateValues, event: RotateCommand["event"]) => Promise<RotationOutcome>;

/** Rotation over units of their own. */
export function createFamilyRotation(database: Database, units: UnitRunner, events: EventQueries): FamilyRotation {
  const queries = compileRotation(database);
  const rotate =
    units.runDirectly === undefined
      ? createSessionRotation(queries, units, events, database.profile.rotation)
      : createDirectRotation(queries, units.runDirectly, events);
  return {
    async rotate({ realm, familyId, event, ...rest }) {
      const id = familyIdBytes(familyId);
      if (id === undefined) return nothing;
      return await rotate({ ...rest, realm, id }, event);
    },
    async reanchor({ realm, familyId, ...values }) {
      const id = familyIdBytes(familyId);
      if (id === undefined) return false;
      return await units.run(
        async (session) => (await queries.reanchor.affected(session, { ...values, realm, id })) === 1,
      );
    },
  };
}

function createDirectRotation(queries: RotationQueries, run: DirectRunner, events: EventQueries): Rotate {
  return (values, event) => {
    if (event === undefined) return run((session) => rotateDirectly(queries, session, values), "last");
    return run((session) => {
      const outcome = rotateDirectly(queries, session, values);
      if (outcome.won) appendDirectly(events, session, { ...event, accountId: outcome.family!.accountId });
      return outcome;
    }, "several");
  };
}

function createSessionRotation(
  queries: RotationQueries,
  units: UnitRunner,
  events: EventQueries,
  way: RotationWay,
): Rotate {
  const decide: Decide = way === "returning" ? rotateReturning : rotateOptimistically;
  return (values, event) => {
    if (event !== undefined) {
      return units.run(async (session) => {
        const outcome = await decide(queries, session, values);
        if (outcome.won) await writeEvent(events, session, { ...event, accountId: outcome.family!.accountId });
        return outcome;
      });
    }
    return way === "unit"
      ? units.run((session) => decide(queries, session, values))
      : units.runSingly((session) => decide(queries, session, values));
  };
}

async function writeEvent(queries: EventQueries, session: Session, event: NewEvent): Promise<void> {
  const store = createEventStore(queries, session);
  await store.append(event);
  await store.flush();
}

// Nobody else writes between the two statements. A row that cannot be read must not be rotated, so the UPDATE comes last.
function rotateDirectly(queries: RotationQueries, session: DirectSession, values: RotateValues): RotationOutcome {
  const row = session.run(queries.newest.bind(values)).rows[0];
  if (row === undefined) return nothing;
  if (!couldWin(row, values)) return outcomeOf(false, row);
  const rotated = rotatedRow(row, values);
  const outcome = outcomeOf(true, rotated);
  // Only after a policy with a shorter idle lifetime; otherwise the purge's index is left alone.
  const advance = row.purge_after > rotated.idle_expires_at ? queries.advanceKnown : queries.advanceInPlace;
  const { numAffectedRows } = session.run(advance.bind({ ...values, accountVersion: row.account_version }));
  if (numAffectedRows !== 1n) throw undecided();
  return outcome;
}

async function rotateReturning(
  queries: RotationQueries,
  session: Session,
  values: RotateValues,
): Promise<RotationOutcome> {
  for (let decision = 0; decision < maxDecisions; decision++) {
    const written = await queries.advanceReturning.first(session, values);
    if (written !== undefined) return outcomeOf(true, written);
    const row = await queries.newest.first(session, values);
    // An UPDATE that waited for a change of the account compares the family's new version with the account as it was before: it is decided again.
    if (row === undefined || !couldWin(row, values)) return row === undefined ? nothing : outcomeOf(false, row);
  }
  throw undecided();
}

// What is read is what the UPDATE demands, and the rest of the row never changes; so the row that it made is known without reading it.
async function rotateOptimistically(
  queries: RotationQueries,
  session: Session,
  values: RotateValues,
): Promise<RotationOutcome> {
  for (let decision = 0; decision < maxDecisions; decision++) {
    const row = await queries.newest.first(session, values);
    if (row === undefined || !couldWin(row, values)) return row === undefined ? nothing : outcomeOf(false, row);
    // A row that cannot be read must not be rotated.
    const outcome = outcomeOf(true, rotatedRow(row, values));
    const known = { ...values, accountVersion: row.account_version };
    if ((await queries.advanceKnown.affected(session, known)) === 1) return outcome;
  }
  throw undecided();
}

function rotatedRow(row: FamilyAndAccount, { generation, now, idleExpiresAt }: RotateValues): FamilyAndAccount {
  return {
    ...row,
    generation: generation + 1,
    rotated_at: now,
    idle_expires_at: Math.min(idleExpiresAt, row.expires_at),
  };
}

function couldWin(row: FamilyAndAccount, { generation, now }: RotateValues): boolean {
  return (
    row.generation === generation &&
    row.revoked_at === null &&
    row.idle_expires_at > now &&
    row.expires_at > now &&
    row.a_security_version === row.account_version
  );
}

function undecided(): StoreUnavailableError {
  return new StoreUnavailableError("The token family changed again and again while it was to be rotated");
}

function outcomeOf(won: boolean, row: FamilyAndAccount): RotationOutcome {
  return { won, family: familyOf(row), account: joinedAccountOf(row) };
}

// Every column of `accounts` that is not nullable is null here only together with the id, when the join found no account.
function joinedAccountOf(row: FamilyAndAccount): RotationOutcome["account"] {
  if (row.a_id === null) return undefined;
  return accountOf({
    realm: row.realm,
    id: row.a_id,
    number: row.a_number!,
    status: row.a_status!,
    roles: row.a_roles!,
    security_version: row.a_security_version!,
    identifiers: row.a_identifiers!,
    attributes: row.a_attributes!,
    created_at: row.a_created_at!,
    updated_at: row.a_updated_at!,
    last_log_in_at: row.a_last_log_in_at,
  });
}
