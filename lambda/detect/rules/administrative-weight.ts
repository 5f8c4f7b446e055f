import type { Entry, JudgeContext, Severity, Verdict } from '../rule.ts';

/** The kinds of changes that an administrator is known by; see `administrator-changes`. */
export type ChangeKind = 'access' | 'connections' | 'delivery' | 'pipeline';

/** Long enough to hold what one run of events brings; each entry is judged by itself. */
export const MEMORY_MS = 3_600_000;

/**
 * Changes that are everyday work in themselves weigh by what is in them, which is their mark; a
 * `routine` one is low, unless its maker never made one of the kind, which is their value.
 */
export function byWeight(entries: readonly Entry[], context: JudgeContext): readonly Verdict[] {
  return entries.map((entry) => {
    const isUnusual = context.isNew('administrator-changes', entry.value, entry.ms);
    const routine: Severity = isUnusual ? 'medium' : 'low';
    return { evidence: [entry], severity: WEIGHTS[entry.mark] ?? routine };
  });
}

/** How much a change weighs whoever makes it. */
export type Weight = 'high' | 'medium' | 'routine';

const WEIGHTS: Readonly<Record<string, Severity>> = { high: 'high', medium: 'medium' };
