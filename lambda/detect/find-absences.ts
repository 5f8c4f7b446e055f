import type { GapStore } from '../ledger/gap-store.ts';
import { type RunOutcome, type RunParts, saveChange } from './detect-run.ts';
import { incidentChanges } from './incident.ts';
import { TENANT } from './reading/subject.ts';
import type { Books, Quiet } from './rule.ts';
import type { TunedRule } from './rule-set.ts';

export interface AbsenceParts extends RunParts {
  readonly gaps: GapStore;
  /** Everything that Auth0 ingested up to then was read, milliseconds since 1970. */
  readonly collectedUntilMs: () => Promise<number | undefined>;
}

/** Looks for what the books lack, and saves an incident of it unless there is one. */
export async function findAbsences(
  parts: AbsenceParts,
  quiet: Quiet | undefined,
): Promise<RunOutcome> {
  const outcome = { opened: 0, grown: 0 };
  const { tenant, gaps, ruleSet } = parts;
  if (ruleSet.absences.length === 0) return outcome;
  const collectedUntilMs = await parts.collectedUntilMs();
  const books: Books = { gaps: await gaps.list(tenant), collectedUntilMs, quiet };
  for (const tuned of ruleSet.absences) {
    for (const absence of absencesOf(tuned, books)) {
      const reason = await saveAbsence(parts, tuned, absence);
      if (reason === 'opened') outcome.opened += 1;
      else if (reason !== undefined) outcome.grown += 1;
    }
  }
  return outcome;
}

function absencesOf({ rule, context }: TunedRule, books: Books) {
  const { detection } = rule;
  return detection.kind === 'absence' ? detection.find(books, context.limits) : [];
}

type Absences = ReturnType<typeof absencesOf>;

async function saveAbsence(parts: AbsenceParts, tuned: TunedRule, { ms, note }: Absences[number]) {
  const entry = { ms, logId: '', note, mark: '', value: '', counted: false };
  const { severity } = tuned.rule;
  const raise = { tuned, entity: TENANT, severity, evidence: [entry], atMs: ms };
  const [change] = incidentChanges(parts.tenant, `absence ${ms}`, [raise]);
  if (change === undefined) return undefined;
  const known = await parts.incidents.get(parts.tenant, change.incident.id);
  if (known?.timeline.some((line) => line.ms === ms && line.text === note)) return undefined;
  return saveChange(parts, change);
}
