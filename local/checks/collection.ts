import { PLANS } from '../../lambda/auth0/plan.ts';
import { hoursToLoss } from '../../lambda/collect/retention.ts';
import type { TenantStatus } from '../../lambda/collect/status.ts';
import { countOf } from '../../lambda/console/shown.ts';
import {
  asCollectorError,
  CollectorError,
  FAILURE_CODES,
  remedyOf,
} from '../../lambda/platform/errors.ts';
import { type Check, check } from './check.ts';
import type { Facts } from './facts.ts';
import type { Subject, SubjectCollection } from './subject.ts';
import { failed, failedBy, ok, skipped, type Verdict, warning } from './verdict.ts';

/** The questions about what collects a tenant, in their order. */
export const collectionChecks = (collection: SubjectCollection): readonly Check[] => [
  check('checkpoint', [], () => named(() => askCheckpoint(collection))),
  check('retention', ['checkpoint'], (subject, facts) => askRetention(collection, subject, facts)),
  check('rule', [], () => named(() => askRule(collection))),
  check('last-poll', ['checkpoint'], (subject, facts) =>
    named(() => askLastPoll(collection, subject, facts)),
  ),
  check('queue', [], () => named(() => askQueue(collection))),
  check('dead-letters', [], () => named(() => askDeadLetters(collection))),
];

/** The remedy of a failed AWS call is about the role of the functions, not about who checks. */
async function named(ask: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await ask();
  } catch (thrown) {
    const failure = asCollectorError(thrown);
    return failure.code === 'AWS_CALL' ? failed('CHECK_AWS', failure.message) : failedBy(failure);
  }
}

/** Is there a checkpoint that can be read? */
async function askCheckpoint({ loadCheckpoint }: SubjectCollection): Promise<Verdict> {
  const checkpoint = await loadCheckpoint();
  if (checkpoint === undefined) return warning('CHECK_NO_POLL', 'there was no poll yet');
  const { eventsTotal, head } = checkpoint;
  const batches = countOf(head.seq, 'batch', 'batches');
  return ok(`${countOf(eventsTotal, 'log event')} in ${batches}`, { checkpoint });
}

const HOUR_MS = 3600_000;
/** Shares of the retention that are left, as the alarms have them. */
const LEFT_WARNING = 0.5;
const LEFT_FAILED = 0.2;

/** Will Auth0 keep what is not collected yet? */
function askRetention(
  { plan }: SubjectCollection,
  { clock }: Subject,
  { checkpoint }: Pick<Facts, 'checkpoint'>,
): Verdict {
  const { retentionDays } = PLANS[plan];
  const leftHours = hoursToLoss(checkpoint.collectedUntil, PLANS[plan], clock.nowMs());
  if (leftHours === undefined) return ok('nothing was collected yet');
  const until = `everything up to ${checkpoint.collectedUntil} is collected`;
  if (leftHours <= 0) {
    const kept = countOf(retentionDays, 'day');
    const said = `${until}, and on the plan ${plan} Auth0 keeps log events for ${kept}`;
    return failedBy(new CollectorError('GAP_RETENTION_PASSED', said));
  }
  const said = `${until}; Auth0 keeps what follows for ${Math.floor(leftHours)} more hours`;
  const share = leftHours / (retentionDays * 24);
  if (share <= LEFT_FAILED) return failed('CHECK_RETENTION_NEAR', said);
  return share <= LEFT_WARNING ? warning('CHECK_RETENTION_NEAR', said) : ok(said);
}

/** Does the rule of the tenant fire? */
async function askRule({ rule }: SubjectCollection): Promise<Verdict> {
  if (rule === undefined) return skipped('a local run ticks by itself');
  if (!(await rule.isEnabled())) {
    return warning('CHECK_RULE_DISABLED', `${rule.name} is disabled`);
  }
  return ok(`${rule.name} fires every ${countOf(rule.intervalMinutes, 'minute')}`);
}

const INTERVALS_MAX = 3;
/** The alarm about a poller that does not run waits no shorter. */
const LATE_MS_MIN = 15 * 60_000;

/** When was the last poll, and how did it end? */
async function askLastPoll(
  { rule }: SubjectCollection,
  { clock }: Subject,
  { checkpoint }: Pick<Facts, 'checkpoint'>,
): Promise<Verdict> {
  const { status } = checkpoint;
  if (status.lastPollAt === undefined) return warning('CHECK_NO_POLL', 'no poll has ended yet');
  const agoMs = clock.nowMs() - Date.parse(status.lastPollAt);
  const said = `${agoOf(agoMs)} ago: ${status.state}`;
  const isTicking = rule !== undefined && (await rule.isEnabled());
  const lateMs = Math.max(INTERVALS_MAX * (rule?.intervalMinutes ?? 0) * 60_000, LATE_MS_MIN);
  if (isTicking && agoMs > lateMs) return failed('CHECK_POLL_LATE', said);
  return troubleOf(status, said) ?? ok(said);
}

const FAILED_STATES: readonly TenantStatus['state'][] = ['failed', 'pending-credentials'];
const TROUBLED_STATES: readonly TenantStatus['state'][] = ['throttled', 'degraded'];

/** What the poller wrote down about a poll that did not end well. */
function troubleOf({ state, lastError }: TenantStatus, said: string): Verdict | undefined {
  const words = lastError === undefined ? said : `${said}, ${lastError.message}`;
  if (TROUBLED_STATES.includes(state)) return warning('CHECK_POLL_TROUBLE', words);
  if (!FAILED_STATES.includes(state)) return undefined;
  const code = FAILURE_CODES.find((known) => known === lastError?.code) ?? 'UNEXPECTED';
  return { state: 'failed', code, said: words, remedy: remedyOf(code) };
}

const agoOf = (ms: number): string =>
  ms < HOUR_MS ? `${Math.max(0, Math.round(ms / 60_000))} min` : `${Math.round(ms / HOUR_MS)} h`;

/** Messages that ingest takes within a few invocations. */
const WAITING_MAX = 100;

/** Does ingest keep up? */
async function askQueue({ readQueue }: SubjectCollection): Promise<Verdict> {
  const { waiting, inFlight } = await readQueue();
  const said = `${countOf(waiting, 'batch', 'batches')} waiting, ${inFlight} being stored`;
  return waiting > WAITING_MAX ? warning('CHECK_QUEUE_BEHIND', said) : ok(said);
}

/** Did ingest give anything up? */
async function askDeadLetters({ readQueue }: SubjectCollection): Promise<Verdict> {
  const { deadLetters } = await readQueue();
  if (deadLetters === 0) return ok('none');
  return failed('CHECK_DEAD_LETTERS', `${countOf(deadLetters, 'message')} could not be stored`);
}
