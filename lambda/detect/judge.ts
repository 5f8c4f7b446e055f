import { EMPTY_STATE, type EntityState, merge, prune, pruneCounts } from './entity-state.ts';
import { daysSinceLast, EMPTY_PROFILE, isNewValue, Learner } from './profile-state.ts';
import type { Profiles } from './profiles.ts';
import type {
  Detection,
  Entity,
  Entry,
  History,
  JudgeContext,
  Limits,
  Lists,
  ProfileName,
  Severity,
} from './rule.ts';
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
  const memory = openMemory(before, learned, profiles);
  const raises: Raise[] = [];
  for (const { tuned, hits } of byRule(touch)) {
    for (const raise of judgeRule(memory, tuned, hits)) {
      raises.push({ ...raise, tuned, entity: touch.entity });
    }
  }
  const { entries, counts } = memory;
  return { state: { lastRun: run, entries, profiles: learned, counts }, raises };
}

/** What is remembered of one entity while its rules are asked one after the other. */
interface Memory {
  readonly entries: Record<string, readonly Entry[]>;
  readonly counts: Record<string, History>;
  readonly isNew: JudgeContext['isNew'];
  readonly daysSinceLast: JudgeContext['daysSinceLast'];
}

function openMemory(
  { entries, counts }: EntityState,
  learned: EntityState['profiles'],
  profiles: Profiles,
): Memory {
  const profile = (name: ProfileName) => learned[name] ?? EMPTY_PROFILE;
  return {
    entries: { ...entries },
    counts: { ...counts },
    isNew: (name, value, ms) => isNewValue(profile(name), profiles[name], value, ms),
    daysSinceLast: (name, ms) => daysSinceLast(profile(name), ms),
  };
}

/** What was applied already is not applied again; see `EntityState.lastRun`. */
export const isApplied = (state: EntityState, run: string): boolean => state.lastRun === run;

export const stateOrEmpty = (state: EntityState | undefined): EntityState => state ?? EMPTY_STATE;

function learnAll(
  { profiles: known }: EntityState,
  { sightings }: Touch,
  profiles: Profiles,
): EntityState['profiles'] {
  const learners: Partial<Record<ProfileName, Learner>> = {};
  for (const { day, seen, times } of sightings) {
    for (const { profile, values } of seen) {
      const learner =
        learners[profile] ?? new Learner(profiles[profile], known[profile] ?? EMPTY_PROFILE);
      learners[profile] = learner;
      learner.learn(values, day, times);
    }
  }
  let learned = known;
  for (const [profile, { state }] of Object.entries(learners)) {
    if (state === known[profile as ProfileName]) continue;
    learned = { ...learned, [profile]: state };
  }
  return learned;
}

interface RuleHits {
  readonly tuned: TunedRule;
  readonly hits: Hit[];
}

/** The hits of each rule. */
function byRule({ hits, hitRules }: Touch): readonly RuleHits[] {
  const groups: RuleHits[] = [];
  for (const [index, tuned] of hitRules.entries()) {
    const hit = hits[index];
    if (hit === undefined) continue;
    const group = groups.find((one) => one.tuned === tuned);
    if (group === undefined) groups.push({ tuned, hits: [hit] });
    else group.hits.push(hit);
  }
  return groups;
}

type RuleRaise = Omit<Raise, 'tuned' | 'entity'>;

/** What a rule raises; what it is to remember goes into the memory. */
function judgeRule(memory: Memory, tuned: TunedRule, hits: readonly Hit[]): readonly RuleRaise[] {
  const { detection } = tuned.rule;
  if (detection.kind === 'window') return judgeWindow(memory, tuned, detection, hits);
  if (detection.kind === 'baseline') return judgeBaseline(memory, tuned, detection, hits);
  if (detection.kind !== 'first-seen') return hits.map((hit) => raiseOf(tuned, hit));
  const { profile } = detection;
  return hits
    .filter(({ entry }) => memory.isNew(profile, entry.value, entry.ms))
    .map((hit) => raiseOf(tuned, hit));
}

/** One event that is an incident by itself. */
export const raiseOf = ({ rule }: TunedRule, { entry, severity }: Hit): RuleRaise => ({
  severity: severity ?? rule.severity,
  evidence: [entry],
  atMs: entry.ms,
});

function judgeWindow(
  memory: Memory,
  { rule, context, keeps }: TunedRule,
  detection: Kind<'window'>,
  hits: readonly Hit[],
): readonly RuleRaise[] {
  const seen = hits.map(({ entry }) => entry);
  const entries = merge(memory.entries[rule.id] ?? [], seen);
  const { isNew, daysSinceLast: sinceLast } = memory;
  const counted = new Set<Entry>();
  const raises: RuleRaise[] = [];
  const verdicts = detection.judge(entries, { ...context, isNew, daysSinceLast: sinceLast });
  for (const { evidence, severity } of verdicts) {
    const fresh = evidence.filter((entry) => !entry.counted && !counted.has(entry));
    const last = evidence.at(-1);
    if (fresh.length === 0 || last === undefined) continue;
    for (const entry of fresh) counted.add(entry);
    raises.push({ severity: severity ?? rule.severity, evidence: fresh, atMs: last.ms });
  }
  const pruned = prune(entries, keeps);
  memory.entries[rule.id] =
    counted.size === 0
      ? pruned
      : pruned.map((entry) => (counted.has(entry) ? { ...entry, counted: true } : entry));
  return raises;
}

function judgeBaseline(
  memory: Memory,
  { rule, context }: TunedRule,
  { bucketMs, historyMs, floor, ceiling }: Kind<'baseline'>,
  hits: readonly Hit[],
): readonly RuleRaise[] {
  const counts = new Map(memory.counts[rule.id]);
  const raises: RuleRaise[] = [];
  const byBucket = Map.groupBy(hits, ({ entry }) => Math.floor(entry.ms / bucketMs) * bucketMs);
  for (const [startMs, own] of [...byBucket].sort(([a], [b]) => a - b)) {
    const count = (counts.get(startMs) ?? 0) + own.length;
    counts.set(startMs, count);
    if (count <= floor(context.limits)) continue;
    const before = new Map([...counts].filter(([at]) => at < startMs && startMs - at <= historyMs));
    if (count <= ceiling(before, startMs, context.limits)) continue;
    const seen = own.map(({ entry }) => entry);
    const evidence = merge([], seen);
    raises.push({ severity: rule.severity, evidence, atMs: evidence.at(-1)?.ms ?? startMs });
  }
  memory.counts[rule.id] = pruneCounts(counts, historyMs);
  return raises;
}
