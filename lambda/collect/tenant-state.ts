import type { Gap } from '../ledger/gap-store.ts';
import { durationWords } from '../platform/duration.ts';
import { remedyOf } from '../platform/errors.ts';
import { type Checkpoint, CLOCK_SKEW_MAX_MS, LEASE_MS } from './checkpoint.ts';

/** Green: nothing to do. Amber: look at it. Red: data is at risk or a person is needed. */
export const COLOURS = ['green', 'amber', 'red'] as const;
export type Colour = (typeof COLOURS)[number];

/** How a tenant is doing, as a person is told. */
export interface TenantCondition {
  readonly colour: Colour;
  /** One or two words for a badge. */
  readonly word: string;
  /** One sentence. */
  readonly reason: string;
  /** What to do; undefined when there is nothing to do. */
  readonly remedy: string | undefined;
  /** The failure behind it, as `docs/errors.md` lists them. */
  readonly code: string | undefined;
}

/** What the condition of a tenant follows from. */
export interface TenantFacts {
  /** Undefined before the first poll has written one. */
  readonly checkpoint: Pick<Checkpoint, 'status' | 'collectedUntil' | 'lease'> | undefined;
  readonly gaps: readonly Pick<Gap, 'from' | 'to' | 'reason' | 'recordedAt'>[];
  /** No ticks come, on purpose. */
  readonly isPaused: boolean;
  /** How long Auth0 keeps the tenant's events; undefined when the plan is not known. */
  readonly retentionDays: number | undefined;
  readonly tickEveryMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600_000;

/** The same as the alarm: three intervals, at least fifteen minutes. */
const SILENT_TICKS = 3;
const SILENT_MIN_MS = 15 * MINUTE_MS;
/** A gap stands out for so long; after that it is history, and in the list of gaps. */
const GAP_RED_MS = DAY_MS;
/** The same as the alarms: shares of the retention that are left. */
const LOSS_AMBER_SHARE = 0.5;
const LOSS_RED_SHARE = 0.2;

/** The worst that is known of a tenant now. Of several things of one colour, the first below. */
export function tenantState(facts: TenantFacts, nowMs: number): TenantCondition {
  const { checkpoint } = facts;
  if (checkpoint === undefined) return facts.isPaused ? PAUSED : NEW;
  const findings = [
    lastPollFailed(checkpoint.status),
    lossNear(facts, nowMs),
    newGap(facts.gaps, nowMs),
    silent(facts, nowMs),
    facts.isPaused ? PAUSED : undefined,
    held(checkpoint.status),
    behind(facts, nowMs),
  ].filter((finding) => finding !== undefined);
  return (
    findings.find(({ colour }) => colour === 'red') ??
    findings[0] ??
    condition('green', 'collecting', collectedSentence(checkpoint.collectedUntil, nowMs))
  );
}

function condition(
  colour: Colour,
  word: string,
  reason: string,
  remedy?: string,
  code?: string,
): TenantCondition {
  return { colour, word, reason, remedy, code };
}

const NEW = condition(
  'amber',
  'pending',
  'The tenant has not been polled yet.',
  'Nothing: the first tick polls it. If none comes, see whether its rule is on.',
);

const PAUSED = condition(
  'amber',
  'paused',
  'Collection is paused on purpose.',
  'Resume it before Auth0 drops what is not collected yet.',
);

function lastPollFailed({
  state,
  lastError,
  lastSuccessAt,
}: Checkpoint['status']): TenantCondition | undefined {
  if (state !== 'failed' && state !== 'pending-credentials') return undefined;
  const isNew = state === 'pending-credentials' && lastSuccessAt === undefined;
  return condition(
    isNew ? 'amber' : 'red',
    isNew ? 'pending' : 'failed',
    sentence(lastError?.message ?? 'The last poll failed'),
    lastError?.remedy ?? remedyOf('UNEXPECTED'),
    lastError?.code,
  );
}

function lossNear(
  { checkpoint, retentionDays }: TenantFacts,
  nowMs: number,
): TenantCondition | undefined {
  const until = checkpoint?.collectedUntil;
  if (until === undefined || retentionDays === undefined) return undefined;
  const leftMs = Date.parse(until) + retentionDays * DAY_MS - nowMs;
  const share = leftMs / (retentionDays * DAY_MS);
  if (share >= LOSS_AMBER_SHARE) return undefined;
  const isRed = share < LOSS_RED_SHARE;
  const reason =
    leftMs > 0
      ? `In ${durationWords(leftMs)} Auth0 begins to drop events that are not collected yet.`
      : `Auth0 has begun to drop events that are not collected yet, ${durationWords(-leftMs)} ago.`;
  const remedy =
    'Find out what holds collection up: whether ticks come, how the last poll ended, whether the rate share is too small.';
  return condition(isRed ? 'red' : 'amber', 'loss near', reason, remedy);
}

function newGap(gaps: TenantFacts['gaps'], nowMs: number): TenantCondition | undefined {
  const recent = gaps.filter(({ recordedAt }) => nowMs - Date.parse(recordedAt) < GAP_RED_MS);
  const gap = recent.at(-1);
  if (gap === undefined) return undefined;
  const code = gap.reason === 'retention-passed' ? 'GAP_RETENTION_PASSED' : 'GAP_CURSOR_REFUSED';
  const more = recent.length > 1 ? ` (and ${recent.length - 1} more)` : '';
  const reason = `A gap: events from ${gap.from} to ${gap.to} could not be collected${more}.`;
  return condition('red', 'gap', reason, remedyOf(code), code);
}

function silent(
  { checkpoint, isPaused, tickEveryMs }: TenantFacts,
  nowMs: number,
): TenantCondition | undefined {
  const lastPollAt = checkpoint?.status.lastPollAt;
  if (isPaused || lastPollAt === undefined || isPolling(checkpoint?.lease, nowMs)) return undefined;
  const silentMs = nowMs - Date.parse(lastPollAt);
  if (silentMs <= Math.max(SILENT_TICKS * tickEveryMs, SILENT_MIN_MS)) return undefined;
  return condition(
    'red',
    'silent',
    `No poll has ended for ${durationWords(silentMs)}.`,
    'See whether ticks still come, and what the log of the poller says.',
  );
}

/** A lease that no poll can hold says nothing. */
const isPolling = (lease: Checkpoint['lease'], nowMs: number): boolean =>
  lease !== undefined &&
  lease.expiresAtMs > nowMs &&
  lease.expiresAtMs <= nowMs + LEASE_MS + CLOCK_SKEW_MAX_MS;

/** What passes by itself, and is worth a look if it stays. */
function held({ state, lastError }: Checkpoint['status']): TenantCondition | undefined {
  if (state === 'throttled') {
    const reason = 'Auth0 limits the rate; what is left comes with the next polls.';
    return condition('amber', 'throttled', reason, lastError?.remedy, lastError?.code);
  }
  if (state !== 'degraded') return undefined;
  const reason = sentence(lastError?.message ?? 'The last poll failed and is tried again');
  return condition('amber', 'degraded', reason, lastError?.remedy, lastError?.code);
}

function behind(
  { checkpoint, tickEveryMs }: TenantFacts,
  nowMs: number,
): TenantCondition | undefined {
  const until = checkpoint?.collectedUntil;
  const lagMs = until === undefined ? 0 : nowMs - Date.parse(until);
  if (lagMs <= Math.max(SILENT_TICKS * tickEveryMs, SILENT_MIN_MS)) return undefined;
  const reason = `Collection is ${durationWords(lagMs)} behind and catching up.`;
  return condition('amber', 'catching up', reason, 'Nothing, as long as the lag goes down.');
}

const collectedSentence = (until: string | undefined, nowMs: number): string =>
  until === undefined
    ? 'The last poll went well.'
    : `Everything up to ${durationWords(nowMs - Date.parse(until))} ago is collected.`;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
