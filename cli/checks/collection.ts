import { PLANS } from '../../lambda/auth0/plan.ts';
import { hoursToLoss } from '../../lambda/collect/retention.ts';
import type { TenantStatus } from '../../lambda/collect/status.ts';
import {
  asCollectorError,
  CollectorError,
  FAILURE_CODES,
  remedyOf,
} from '../../lambda/platform/errors.ts';
import { countOf } from '../search-output.ts';
import { check } from './check.ts';
import type { Subject, SubjectCollection } from './subject.ts';
import { failed, failedBy, ok, skipped, type Verdict, warning } from './verdict.ts';

/** Asks about the collection, where there is one. */
const ofCollection =
  (ask: (collection: SubjectCollection, subject: Subject) => Verdict | Promise<Verdict>) =>
  async (subject: Subject): Promise<Verdict> => {
    const { collection } = subject;
    if (collection === undefined) return skipped('nothing is collected yet');
    try {
      return await ask(collection, subject);
    } catch (thrown) {
      const failure = asCollectorError(thrown);
      // The remedy of the collector is about the role of its functions, not about who checks.
      return failure.code === 'AWS_CALL' ? failed('CHECK_AWS', failure.message) : failedBy(failure);
    }
  };

/** Is there a checkpoint that can be read? */
export const checkCheckpoint = check(
  'checkpoint',
  [],
  ofCollection(async ({ loadCheckpoint }) => {
    const checkpoint = await loadCheckpoint();
    if (checkpoint === undefined) return warning('CHECK_NO_POLL', 'there was no poll yet');
    const { eventsTotal, head } = checkpoint;
    const batches = countOf(head.seq, 'batch', 'batches');
    return ok(`${countOf(eventsTotal, 'log event')} in ${batches}`, { checkpoint });
  }),
);

const HOUR_MS = 3600_000;
/** Shares of the retention that are left, as the alarms have them. */
const LEFT_WARNING = 0.5;
const LEFT_FAILED = 0.2;

/** Will Auth0 keep what is not collected yet? */
export const checkRetention = check('retention', ['checkpoint'], (subject, { checkpoint }) =>
  ofCollection(({ plan }, { clock }) => {
    const { retentionDays } = PLANS[plan];
    const leftHours = hoursToLoss(checkpoint.collectedUntil, PLANS[plan], clock.nowMs());
    if (leftHours === undefined) return ok('nothing was collected yet');
    const until = `everything up to ${checkpoint.collectedUntil} is collected`;
    if (leftHours <= 0) {
      const said = `${until}, and Auth0 keeps log events for ${countOf(retentionDays, 'day')} on the plan ${plan}`;
      return failedBy(new CollectorError('GAP_RETENTION_PASSED', said));
    }
    const said = `${until}; Auth0 keeps what follows for ${Math.floor(leftHours)} more hours`;
    const share = leftHours / (retentionDays * 24);
    if (share <= LEFT_FAILED) return failed('CHECK_RETENTION_NEAR', said);
    return share <= LEFT_WARNING ? warning('CHECK_RETENTION_NEAR', said) : ok(said);
  })(subject),
);

/** Does the rule of the tenant fire? */
export const checkRule = check(
  'rule',
  [],
  ofCollection(async ({ rule }) => {
    if (rule === undefined) return skipped('a local run ticks by itself');
    const every = rule.intervalMinutes === 1 ? 'minute' : `${rule.intervalMinutes} minutes`;
    if (await rule.isEnabled()) return ok(`${rule.name} fires every ${every}`);
    return warning('CHECK_RULE_DISABLED', `${rule.name} is disabled`);
  }),
);

const INTERVALS_MAX = 3;
/** A poll of a long backlog goes on for so long, and other ticks end as locked meanwhile. */
const LATE_MS_MIN = 15 * 60_000;

/** When was the last poll, and how did it end? */
export const checkLastPoll = check('last-poll', ['checkpoint'], (subject, { checkpoint }) =>
  ofCollection(async ({ rule }, { clock }) => {
    const { status } = checkpoint;
    const trouble = troubleOf(status);
    if (trouble !== undefined) return trouble;
    if (status.lastPollAt === undefined) return warning('CHECK_NO_POLL', 'no poll has ended yet');
    const agoMs = clock.nowMs() - Date.parse(status.lastPollAt);
    const said = `${status.lastPollAt}, ${agoOf(agoMs)} ago: ${status.state}`;
    if (rule === undefined || !(await rule.isEnabled())) return ok(said);
    const lateMs = Math.max(INTERVALS_MAX * rule.intervalMinutes * 60_000, LATE_MS_MIN);
    return agoMs > lateMs ? failed('CHECK_POLL_LATE', said) : ok(said);
  })(subject),
);

const FAILED_STATES: readonly TenantStatus['state'][] = ['failed', 'pending-credentials'];
const TROUBLED_STATES: readonly TenantStatus['state'][] = ['throttled', 'degraded'];

function troubleOf({ state, lastPollAt, lastError }: TenantStatus): Verdict | undefined {
  const said = `${lastPollAt}: ${state}${lastError === undefined ? '' : `, ${lastError.message}`}`;
  if (TROUBLED_STATES.includes(state)) return warning('CHECK_POLL_TROUBLE', said);
  if (!FAILED_STATES.includes(state)) return undefined;
  const code = FAILURE_CODES.find((known) => known === lastError?.code) ?? 'UNEXPECTED';
  return { state: 'failed', code, said, remedy: remedyOf(code) };
}

const agoOf = (ms: number): string =>
  ms < HOUR_MS ? `${Math.max(0, Math.round(ms / 60_000))} min` : `${Math.round(ms / HOUR_MS)} h`;

/** Messages that ingest takes within a few invocations. */
const WAITING_MAX = 100;

/** Does ingest keep up? */
export const checkQueue = check(
  'queue',
  [],
  ofCollection(async ({ readQueue }) => {
    const { waiting, inFlight } = await readQueue();
    const said = `${countOf(waiting, 'batch', 'batches')} waiting, ${inFlight} being stored`;
    return waiting > WAITING_MAX ? warning('CHECK_QUEUE_BEHIND', said) : ok(said);
  }),
);

/** Did ingest give anything up? */
export const checkDeadLetters = check(
  'dead-letters',
  [],
  ofCollection(async ({ readQueue }) => {
    const { deadLetters } = await readQueue();
    if (deadLetters === 0) return ok('none');
    return failed('CHECK_DEAD_LETTERS', `${countOf(deadLetters, 'message')} could not be stored`);
  }),
);
