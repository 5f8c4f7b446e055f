import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '../../lambda/collect/checkpoint.ts';
import { TENANT_STATES } from '../../lambda/collect/status.ts';
import { COLOURS, type TenantFacts, tenantState } from '../../lambda/collect/tenant-state.ts';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { ago, checkpoint, DAY_MS, gap, MINUTE_MS, NOW_MS } from './readings.ts';

const facts = (others: Partial<TenantFacts> = {}): TenantFacts => ({
  checkpoint: checkpoint(),
  gaps: [],
  isPaused: false,
  retentionDays: 30,
  tickEveryMs: 5 * MINUTE_MS,
  ...others,
});

const stateOf = (others: Partial<TenantFacts>) => tenantState(facts(others), NOW_MS);

const refused = {
  code: 'AUTH0_401_CREDENTIALS',
  message: 'Auth0 refused the client id or the client secret',
  remedy: remedyOf('AUTH0_401_CREDENTIALS'),
  at: ago(MINUTE_MS),
};

describe('the condition of a tenant', () => {
  it('is amber and pending before the first poll', () => {
    expect(stateOf({ checkpoint: undefined })).toMatchObject({ colour: 'amber', word: 'pending' });
  });

  it('is green after polls that went well, without anything to do', () => {
    expect(stateOf({})).toMatchObject({ colour: 'green', remedy: undefined });
  });

  it('is red with reason, remedy and code after a failure that only a person can mend', () => {
    const failed = checkpoint({ state: 'failed', lastError: refused });
    expect(stateOf({ checkpoint: failed })).toEqual({
      colour: 'red',
      word: 'failed',
      reason: `${refused.message}.`,
      remedy: refused.remedy,
      code: refused.code,
    });
  });

  it('is pending while the secret was never filled in, and red when it was emptied', () => {
    const { lastSuccessAt: _never, ...status } = checkpoint().status;
    const empty = { ...status, state: 'pending-credentials' as const, lastError: refused };
    expect(stateOf({ checkpoint: { ...checkpoint(), status: empty } }).colour).toBe('amber');
    expect(
      stateOf({ checkpoint: checkpoint({ state: 'pending-credentials', lastError: refused }) })
        .colour,
    ).toBe('red');
  });

  it.each([
    ['degraded', 'amber'],
    ['throttled', 'amber'],
    ['configured', 'green'],
  ] as const)('after a poll that left it %s is %s', (state, colour) => {
    expect(stateOf({ checkpoint: checkpoint({ state }) }).colour).toBe(colour);
  });

  it('is red for three intervals without a poll, unless one is under way or it is paused', () => {
    const silent = checkpoint({ lastPollAt: ago(16 * MINUTE_MS) });
    expect(stateOf({ checkpoint: silent })).toMatchObject({ colour: 'red', word: 'silent' });
    expect(stateOf({ checkpoint: silent, isPaused: true }).word).toBe('paused');
    const lease = { owner: 'a', expiresAtMs: NOW_MS + LEASE_MS / 2 };
    expect(stateOf({ checkpoint: { ...silent, lease } }).colour).toBe('green');
    const wild = { owner: 'a', expiresAtMs: NOW_MS + DAY_MS };
    expect(stateOf({ checkpoint: { ...silent, lease: wild } }).colour).toBe('red');
    expect(stateOf({ checkpoint: silent, tickEveryMs: 60 * MINUTE_MS }).colour).toBe('green');
  });

  it.each([
    [14, 'amber', 'catching up'],
    [16, 'amber', 'loss near'],
    [25, 'red', 'loss near'],
    [31, 'red', 'loss near'],
  ] as const)('%i days behind, of 30 that Auth0 keeps, is %s: %s', (days, colour, word) => {
    const behind = checkpoint({}, { collectedUntil: ago(days * DAY_MS) });
    expect(stateOf({ checkpoint: behind })).toMatchObject({ colour, word });
  });

  it('is red for a day after a gap was recorded', () => {
    expect(stateOf({ gaps: [gap()] })).toMatchObject({
      colour: 'red',
      code: 'GAP_RETENTION_PASSED',
      remedy: remedyOf('GAP_RETENTION_PASSED'),
    });
    expect(stateOf({ gaps: [gap({ recordedAt: ago(2 * DAY_MS) })] }).colour).toBe('green');
  });

  it('is red when one thing is, even if another is amber', () => {
    const behind = checkpoint({ state: 'throttled' }, { collectedUntil: ago(16 * DAY_MS) });
    expect(stateOf({ checkpoint: behind, gaps: [gap()] })).toMatchObject({ word: 'gap' });
  });

  it('always has something to do unless it is green, and never takes red for less', () => {
    const anyFacts = fc.record({
      state: fc.constantFrom(...TENANT_STATES),
      pollAgoMs: fc.nat(2 * DAY_MS),
      untilAgoMs: fc.nat(40 * DAY_MS),
      isPaused: fc.boolean(),
      retentionDays: fc.constantFrom(undefined, 1, 30),
      hasGap: fc.boolean(),
      hasError: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFacts, ({ state, pollAgoMs, untilAgoMs, hasGap, hasError, ...others }) => {
        const status = {
          state,
          lastPollAt: ago(pollAgoMs),
          ...(hasError && { lastError: refused }),
        };
        const condition = stateOf({
          ...others,
          checkpoint: checkpoint(status, { collectedUntil: ago(untilAgoMs) }),
          gaps: hasGap ? [gap()] : [],
        });
        expect(COLOURS).toContain(condition.colour);
        expect(condition.reason).toMatch(/[.!?]$/);
        if (condition.colour === 'red') expect(condition.remedy).toBeTruthy();
        if (condition.colour === 'green') expect(condition.remedy).toBeUndefined();
        if (state === 'failed' || hasGap) expect(condition.colour).toBe('red');
      }),
    );
  });
});
