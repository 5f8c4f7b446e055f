import { describe, expect, it } from 'vitest';
import {
  NEW_STATUS,
  nextStatus,
  type StopReason,
  TENANT_STATUS,
  type TenantState,
  type TenantStatus,
} from '../../lambda/collect/status.ts';
import { CollectorError, type FailureCode } from '../../lambda/platform/errors.ts';

const NOW = new Date('2026-05-04T10:00:00Z');
const AT = NOW.toISOString();
const BEFORE: TenantStatus = {
  state: 'failed',
  lastPollAt: '2026-05-04T09:55:00.000Z',
  lastSuccessAt: '2026-05-04T09:00:00.000Z',
  lastError: {
    code: 'AUTH0_403_SCOPE',
    message: 'No',
    remedy: 'Grant it.',
    at: '2026-05-04T09:55:00.000Z',
  },
};

const error = (code: FailureCode) => new CollectorError(code, `It was ${code}`);

describe('the status after a poll', () => {
  it.each([
    ['caught-up', undefined, 'healthy'],
    ['time-budget', undefined, 'healthy'],
    ['page-budget', undefined, 'healthy'],
    ['throttled', 'AUTH0_429_RATE', 'throttled'],
    ['paused', undefined, 'paused'],
    ['failed', 'CREDENTIALS_NOT_SET', 'pending-credentials'],
    ['failed', 'AUTH0_403_SCOPE', 'failed'],
    ['failed', 'UNEXPECTED', 'failed'],
    ['failed', 'AUTH0_5XX', 'degraded'],
    ['failed', 'AWS_CALL', 'degraded'],
    ['failed', undefined, 'failed'],
  ] as [StopReason, FailureCode | undefined, TenantState][])(
    'that ended as %s (%s) is %s',
    (reason, code, state) => {
      const next = nextStatus(BEFORE, reason, code && error(code), NOW);
      expect(next.state).toBe(state);
      expect(next.lastPollAt).toBe(AT);
      expect(TENANT_STATUS.parse(next)).toEqual(next);
    },
  );

  it('keeps the time of the last success through failures, and moves it with a success', () => {
    const failed = nextStatus(BEFORE, 'failed', error('AUTH0_5XX'), NOW);
    expect(failed.lastSuccessAt).toBe(BEFORE.lastSuccessAt);
    expect(nextStatus(failed, 'caught-up', undefined, NOW).lastSuccessAt).toBe(AT);
    const cutShort = nextStatus(BEFORE, 'throttled', error('AUTH0_429_RATE'), NOW);
    expect(cutShort.lastSuccessAt).toBe(AT);
  });

  it('has no time of success before there was one', () => {
    const first = nextStatus(NEW_STATUS, 'failed', error('CREDENTIALS_NOT_SET'), NOW);
    expect(first).not.toHaveProperty('lastSuccessAt');
  });

  it('tells the last failure with its remedy, and keeps it as history after a success', () => {
    const failed = nextStatus(NEW_STATUS, 'failed', error('CREDENTIALS_NOT_SET'), NOW);
    expect(failed.lastError).toEqual({
      code: 'CREDENTIALS_NOT_SET',
      message: 'It was CREDENTIALS_NOT_SET',
      remedy: error('CREDENTIALS_NOT_SET').remedy,
      at: AT,
    });
    const later = new Date('2026-05-04T10:05:00Z');
    expect(nextStatus(failed, 'caught-up', undefined, later).lastError).toEqual(failed.lastError);
  });

  it('has no failure before there was one', () => {
    expect(nextStatus(NEW_STATUS, 'caught-up', undefined, NOW)).toEqual({
      state: 'healthy',
      lastPollAt: AT,
      lastSuccessAt: AT,
    });
  });
});
