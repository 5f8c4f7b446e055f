import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, type EventCategory, eventType } from '../../lambda/auth0/event-types.ts';

const FAMILIES: EventCategory[] = [
  'login-success',
  'login-failure',
  'token-exchange',
  'login-warning',
  'user-deletion',
  'connection-error',
  'signup',
  'email-verification',
  'password-change',
  'rate-limit',
  'operational-event',
  'operational-error',
];

const entries = Object.entries(EVENT_TYPES);

describe('the table of event types', () => {
  it('holds 186 codes, 13 of them historic', () => {
    expect(entries).toHaveLength(186);
    expect(entries.filter(([, { historic }]) => historic)).toHaveLength(13);
  });

  it('has something in each of the twelve promised families', () => {
    for (const family of FAMILIES) {
      const current = entries.filter(([, type]) => type.category === family && !type.historic);
      expect(current, family).not.toHaveLength(0);
    }
  });

  it('names each code in a few words, and no two alike', () => {
    const names = entries.map(([, { name }]) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.split(' ').length).toBeLessThanOrEqual(6);
  });

  it('calls nothing a success whose code speaks of failure, and the other way round', () => {
    for (const [code, { outcome }] of entries) {
      if (/fail|reject|exceed|leak|^limit_/.test(code)) expect(outcome, code).toBe('failure');
      if (/succe|_complete/.test(code)) expect(outcome, code).not.toBe('failure');
    }
  });

  it('agrees with itself within a category', () => {
    for (const [code, { category, outcome }] of entries) {
      if (category === 'login-success') expect(outcome, code).toBe('success');
      if (category === 'login-failure') expect(outcome, code).toBe('failure');
      if (category === 'connection-error') expect(outcome, code).toBe('failure');
      if (category === 'operational-error') expect(outcome, code).not.toBe('success');
      if (category === 'operational-event') expect(outcome, code).not.toBe('failure');
    }
  });
});

describe('looking a code up', () => {
  it.each([
    ['s', 'login-success', 'success'],
    ['fp', 'login-failure', 'failure'],
    ['feta', 'token-exchange', 'failure'],
    ['scv', 'other', 'success'],
    ['signup_pwd_leak', 'attack-protection', 'failure'],
    ['w', 'login-warning', 'info'],
    ['sapi', 'management-api', 'success'],
  ])('knows %s', (code, category, outcome) => {
    expect(eventType(code)).toMatchObject({ category, outcome });
  });

  it.each(['', 'S', 'brand_new_code', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %j for unknown',
    (code) => {
      expect(eventType(code)).toEqual({
        name: 'Unknown event type',
        category: 'unknown',
        outcome: 'info',
      });
    },
  );
});
