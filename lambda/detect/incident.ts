import { createHash } from 'node:crypto';
import { compareLogIds } from '../auth0/log-id.ts';
import type { Raise } from './judge.ts';
import { type Entity, type Family, SEVERITIES, type Severity } from './rule.ts';
import { entityKey } from './touches.ts';

/** What a rule raised about one entity within one period; it grows while the period lasts. */
export interface Incident {
  /** Derived from tenant, rule, entity and period: the same cause can't raise another. */
  readonly id: string;
  readonly tenant: string;
  readonly ruleId: string;
  readonly title: string;
  readonly family: Family;
  readonly severity: Severity;
  readonly entity: Entity;
  readonly attack: readonly string[];
  /** Of its evidence, milliseconds since 1970. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Events that are evidence; also those that no longer fit into the timeline. */
  readonly count: number;
  /** The first and the last of them, in time order. */
  readonly timeline: readonly TimelineLine[];
  readonly todo: string;
  readonly openedMs: number;
  readonly updatedMs: number;
  /** Counts its changes. */
  readonly version: number;
  /** The run of ledger rows that it was changed by last; a run that is repeated finds itself here. */
  readonly lastRun: string;
}

export interface TimelineLine {
  readonly ms: number;
  readonly logId: string;
  /** What happened, in plain words. */
  readonly text: string;
}

/** What one run of events adds to an incident, or opens it with. */
export interface IncidentChange {
  readonly incident: Omit<Incident, 'openedMs' | 'updatedMs' | 'version' | 'timeline' | 'count'>;
  readonly evidence: readonly TimelineLine[];
}

/** Each half of the timeline: how it began, and how it goes on. */
export const TIMELINE_HALF_MAX = 20;

/** What is raised in a run, put together by incident. */
export function incidentChanges(
  tenant: string,
  run: string,
  raises: readonly Raise[],
): readonly IncidentChange[] {
  const changes = new Map<string, IncidentChange>();
  for (const raise of raises) {
    const change = changeOf(tenant, run, raise);
    const known = changes.get(change.incident.id);
    changes.set(change.incident.id, known === undefined ? change : joined(known, change));
  }
  return [...changes.values()];
}

/** The incident after a change; undefined when the change is in it already. */
export function grown(
  before: Incident | undefined,
  { incident, evidence }: IncidentChange,
  nowMs: number,
): Incident | undefined {
  if (before === undefined) {
    const timeline = shortened(evidence);
    const times = { openedMs: nowMs, updatedMs: nowMs };
    return { ...incident, count: evidence.length, timeline, ...times, version: 1 };
  }
  if (before.lastRun === incident.lastRun) return undefined;
  return {
    ...before,
    severity: heavier(before.severity, incident.severity),
    firstSeenMs: Math.min(before.firstSeenMs, incident.firstSeenMs),
    lastSeenMs: Math.max(before.lastSeenMs, incident.lastSeenMs),
    count: before.count + evidence.length,
    timeline: shortened([...before.timeline, ...evidence]),
    updatedMs: nowMs,
    version: before.version + 1,
    lastRun: incident.lastRun,
  };
}

/** The heavier of two severities. */
export const heavier = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;

const HOUR_MS = 3_600_000;
const ID_HASH_CHARS = 12;

function changeOf(tenant: string, run: string, raise: Raise): IncidentChange {
  const { rule } = raise.tuned;
  const { entity } = raise;
  const periodMs = rule.periodHours * HOUR_MS;
  const periodStartMs = Math.floor(raise.atMs / periodMs) * periodMs;
  const evidence = raise.evidence.map(({ ms, logId, note }) => ({ ms, logId, text: note }));
  const times = evidence.map(({ ms }) => ms);
  return {
    incident: {
      id: incidentId(tenant, rule.id, entity, periodStartMs),
      tenant,
      ruleId: rule.id,
      title: rule.title,
      family: rule.family,
      severity: raise.severity,
      entity,
      attack: rule.attack,
      firstSeenMs: Math.min(...times),
      lastSeenMs: Math.max(...times),
      todo: rule.todo,
      lastRun: run,
    },
    evidence,
  };
}

/** Such as `A0-LOG-02-20261122-3f9ac01b7d2e`: readable, and the same whenever it is derived. */
function incidentId(tenant: string, ruleId: string, entity: Entity, periodStartMs: number): string {
  const day = new Date(periodStartMs).toISOString().slice(0, 10).replaceAll('-', '');
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, ruleId, entityKey(entity), periodStartMs]))
    .digest('hex');
  return `${ruleId}-${day}-${hash.slice(0, ID_HASH_CHARS)}`;
}

function joined(a: IncidentChange, b: IncidentChange): IncidentChange {
  return {
    incident: {
      ...a.incident,
      severity: heavier(a.incident.severity, b.incident.severity),
      firstSeenMs: Math.min(a.incident.firstSeenMs, b.incident.firstSeenMs),
      lastSeenMs: Math.max(a.incident.lastSeenMs, b.incident.lastSeenMs),
    },
    evidence: [...a.evidence, ...b.evidence],
  };
}

function shortened(lines: readonly TimelineLine[]): readonly TimelineLine[] {
  const sorted = lines.toSorted((a, b) => a.ms - b.ms || compareLogIds(a.logId, b.logId));
  return sorted.length <= 2 * TIMELINE_HALF_MAX
    ? sorted
    : [...sorted.slice(0, TIMELINE_HALF_MAX), ...sorted.slice(-TIMELINE_HALF_MAX)];
}
