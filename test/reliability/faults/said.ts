import { equal } from 'node:assert/strict';
import { ingestedAtMs } from '../../../lambda/auth0/log-id.ts';
import type { PollSummary } from '../../../lambda/collect/poll.ts';
import { reportPoll } from '../../../lambda/collect/report-poll.ts';
import { type FailureCode, remedyOf } from '../../../lambda/platform/errors.ts';
import type { Fields, Telemetry } from '../../../lambda/platform/telemetry.ts';
import type { World } from '../world.ts';

/** The errors that a poll would put into the log. */
function errorsSaid(world: World, summary: PollSummary): Fields[] {
  const errors: Fields[] = [];
  const telemetry: Telemetry = {
    summary: () => undefined,
    warn: () => undefined,
    error: (_message, fields) => errors.push(fields),
    metrics: () => undefined,
  };
  const now = world.clock.nowMs();
  const start = { since: 'oldest', clampedFrom: undefined };
  const times = { startedAtMs: now, endedAtMs: now };
  reportPoll(telemetry, { tenant: world.tenant, summary, start, ...times });
  return errors;
}

/** A poll says this once, as an error, and what to do about it. */
export function assertSaid(world: World, summary: PollSummary, code: FailureCode): void {
  const said = errorsSaid(world, summary).filter((fields) => fields['code'] === code);
  equal(said.length, 1, `${code} is said once, as an error`);
  equal(said[0]?.['remedy'], remedyOf(code));
}

/** When an event came in, as its id tells. */
export const ingestedAt = (logId: string): string =>
  new Date(ingestedAtMs(logId) ?? 0).toISOString();
