import {
  EMPTY_STATE,
  type EntityState,
  entriesKept,
  isDistinct,
  merge,
  prune,
  pruneCounts,
} from './entity-state.ts';
import { daysSinceLast, EMPTY_PROFILE, isNewValue, learn } from './profile-state.ts';
import type { Profiles } from './profiles.ts';
import type { Detection, Entity, Entry, JudgeContext, Limits, Lists, Severity } from './rule.ts';
import type { TunedRule } from './rule-set.ts';
import type { Hit, Touch } from './touches.ts';

/** That a rule was raised for an entity: evidence that no incident had yet, and what it was part of. */
export interface Raise {
  readonly tuned: TunedRule;
  readonly entity: Entity;
  readonly severity: Severity;
  /** New evidence, in time order. */
  readonly evidence: readonly Entry[];
  /** When the pattern was complete, milliseconds since 1970. */
  readonly atMs: number;
}

export interface Judgement {
  /** Undefined when there is nothing to remember that was not known. */
  readonly state: EntityState | undefined;
  readonly raises: readonly Raise[];
}

type Kind<K> = Extract<Detection<Limits, Lists>, { readonly kind: K }>;

/** Applies what a run of events says about an entity to what is remembered of it. */
export function judge(
  before: EntityState,
  touch: Touch,
  profiles: Profiles,
  run: string,
): Judgement {
  const learned = learnAll(before, touch, profiles);
  if (touch.hits.length === 0 && learned === before.profiles)
    return { state: undefined, raises: [] };
  let state: EntityState = { ...before, profiles: learned, lastRun: run };
  const raises: Raise[] = [];
  for (const [tuned, hits] of Map.groupBy(touch.hits, (hit) => hit.tuned)) {
    const judged = judgeRule(state, tuned, hits, profiles);
    state = judged.state;
    raises.push(...judged.raises.map((raise) => ({ ...raise, tuned, entity: touch.entity })));
  }
  return { state, raises };
}

/** What was applied already is not applied again; see `EntityState.lastRun`. */
export const isApplied = (state: EntityState, run: string): boolean => state.lastRun === run;

export const stateOrEmpty = (state: EntityState | undefined): EntityState => state ?? EMPTY_STATE;

function learnAll(
  { profiles: known }: EntityState,
  { sightings }: Touch,
  profiles: Profiles,
): EntityState['profiles'] {
  let learned = known;
  for (const { profile, values, ms } of sightings) {
    const before = learned[profile] ?? EMPTY_PROFILE;
    const after = learn(before, profiles[profile], values, ms);
    if (after !== before) learned = { ...learned, [profile]: after };
  }
  return learned;
}

type RuleRaise = Omit<Raise, 'tuned' | 'entity'>;
interface RuleJudgement {
  readonly state: EntityState;
  readonly raises: readonly RuleRaise[];
}

function judgeRule(
  state: EntityState,
  tuned: TunedRule,
  hits: readonly Hit[],
  profiles: Profiles,
): RuleJudgement {
  const { detection } = tuned.rule;
  if (detection.kind === 'window') return judgeWindow(state, tuned, detection, hits, profiles);
  if (detection.kind === 'baseline') return judgeBaseline(state, tuned, detection, hits);
  if (detection.kind !== 'first-seen') {
    return { state, raises: hits.map((hit) => raiseOf(tuned, hit)) };
  }
  const definition = profiles[detection.profile];
  const profile = state.profiles[detection.profile] ?? EMPTY_PROFILE;
  const novel = hits.filter(({ entry }) => isNewValue(profile, definition, entry.value, entry.ms));
  return { state, raises: novel.map((hit) => raiseOf(tuned, hit)) };
}

/** One event that is an incident by itself. */
export const raiseOf = ({ rule }: TunedRule, { entry, severity }: Hit): RuleRaise => ({
  severity: severity ?? rule.severity,
  evidence: [entry],
  atMs: entry.ms,
});

function judgeWindow(
  state: EntityState,
  { rule, context }: TunedRule,
  detection: Kind<'window'>,
  hits: readonly Hit[],
  profiles: Profiles,
): RuleJudgement {
  const entries = merge(
    state.entries[rule.id] ?? [],
    hits.map(({ entry }) => entry),
  );
  const judgeContext: JudgeContext = {
    ...context,
    isNew: (name, value, ms) =>
      isNewValue(state.profiles[name] ?? EMPTY_PROFILE, profiles[name], value, ms),
    daysSinceLast: (name, ms) => daysSinceLast(state.profiles[name] ?? EMPTY_PROFILE, ms),
  };
  const counted = new Set<Entry>();
  const raises: RuleRaise[] = [];
  for (const { evidence, severity } of detection.judge(entries, judgeContext)) {
    const fresh = evidence.filter((entry) => !entry.counted && !counted.has(entry));
    const last = evidence.at(-1);
    if (fresh.length === 0 || last === undefined) continue;
    for (const entry of fresh) counted.add(entry);
    raises.push({ severity: severity ?? rule.severity, evidence: fresh, atMs: last.ms });
  }
  const kept = prune(
    entries,
    detection.windowMs(context.limits),
    entriesKept(context.limits),
    isDistinct(rule),
  ).map((entry) => (counted.has(entry) ? { ...entry, counted: true } : entry));
  return { state: { ...state, entries: { ...state.entries, [rule.id]: kept } }, raises };
}

function judgeBaseline(
  state: EntityState,
  { rule, context }: TunedRule,
  { bucketMs, historyMs, floor, ceiling }: Kind<'baseline'>,
  hits: readonly Hit[],
): RuleJudgement {
  const counts = new Map(state.counts[rule.id]);
  const raises: RuleRaise[] = [];
  const byBucket = Map.groupBy(hits, ({ entry }) => Math.floor(entry.ms / bucketMs) * bucketMs);
  for (const [startMs, own] of [...byBucket].sort(([a], [b]) => a - b)) {
    const count = (counts.get(startMs) ?? 0) + own.length;
    counts.set(startMs, count);
    if (count <= floor(context.limits)) continue;
    const before = new Map([...counts].filter(([at]) => at < startMs && startMs - at <= historyMs));
    if (count <= ceiling(before, startMs, context.limits)) continue;
    const evidence = merge(
      [],
      own.map(({ entry }) => entry),
    );
    raises.push({ severity: rule.severity, evidence, atMs: evidence.at(-1)?.ms ?? startMs });
  }
  const kept = pruneCounts(counts, historyMs);
  return { state: { ...state, counts: { ...state.counts, [rule.id]: kept } }, raises };
}
