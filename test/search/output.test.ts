import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMoment } from '../../cli/read-moment.ts';
import { scanUsd } from '../../cli/search-athena.ts';
import { showHits } from '../../cli/search-output.ts';
import type { Hit } from '../../lambda/search/hit.ts';
import { recentEvents } from './tables.ts';

const hit = (event: object, part: Partial<Hit> = {}): Hit => ({
  tenant: 'acme',
  timeMs: Date.parse('2026-11-22T10:00:00.123Z'),
  logId: '1',
  raw: JSON.stringify({ log_id: '1', type: 'fp', date: '2026-11-22T10:00:00.123Z', ...event }),
  ...part,
});

/** Letters of every kind, those first that a terminal obeys. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b[2J',
        '\u009b31m',
        '\u0007',
        '\r\n',
        '\u202e',
        '\u2028',
        '\u0000',
        '\t',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(''));

const HOSTILE_EVENT = fc.record({
  type: hostile,
  user_name: hostile,
  client_name: hostile,
  ip: hostile,
  description: hostile,
  location_info: fc.record({ country_code: hostile }),
  [String.raw`key \ "`]: hostile,
});

describe('the table of hits', () => {
  it('shows what an analyst looks for, in columns', () => {
    const [head = '', line = ''] = showHits(
      [
        hit({
          user_name: 'anna@example.com',
          ip: '192.0.2.7',
          location_info: { country_code: 'DE' },
          client_name: 'Shop',
          description: 'Wrong email or password.',
        }),
      ],
      'table',
      200,
    ).split('\n');
    expect(head).toBe(
      'TIME (UTC)           TYPE                          USER              IP         CC  CLIENT  REASON',
    );
    expect(line).toBe(
      '2026-11-22 10:00:00  Login failed, wrong password  anna@example.com  192.0.2.7  DE  Shop    Wrong email or password.',
    );
  });

  it('names the tenant when there is more than one', () => {
    const text = showHits([hit({}), hit({}, { tenant: 'other' })], 'table', 200);
    expect(text).toMatch(/^TENANT {2}TIME/);
    expect(text).toContain('\nother   2026');
  });

  it.each([80, 100, 140, 200])('fits into %i columns', (width) => {
    const hits = recentEvents(300, 30).map((raw) => ({ ...hit({}), raw }));
    const lines = showHits(hits, 'table', width).trimEnd().split('\n');
    expect(lines).toHaveLength(301);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });

  it('lets nothing of an event act on the terminal', () => {
    fc.assert(
      fc.property(HOSTILE_EVENT, (event) => {
        const lines = showHits([hit(event)], 'table', 120).split('\n');
        expect(lines).toHaveLength(3);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe.each(['json', 'raw'] as const)('the hits as %s', (form) => {
  it('are lines of JSON that say what the event says and act on no terminal', () => {
    fc.assert(
      fc.property(HOSTILE_EVENT, (fields) => {
        const one = hit(fields);
        const [line = '', ...rest] = showHits([one], form, 120).split('\n');
        expect(rest).toEqual(['']);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        const read = JSON.parse(line);
        expect(form === 'raw' ? read : read.raw).toEqual(JSON.parse(one.raw));
      }),
    );
  });
});

describe('the hits as JSON', () => {
  it('have flat fields beside the event', () => {
    const event = { user_id: 'auth0|1', ip: '192.0.2.7', description: 'Wrong' };
    expect(JSON.parse(showHits([hit(event)], 'json', 120))).toEqual({
      tenant: 'acme',
      time: '2026-11-22T10:00:00.123Z',
      log_id: '1',
      event_code: 'fp',
      event_name: 'Login failed, wrong password',
      user_id: 'auth0|1',
      ip: '192.0.2.7',
      description: 'Wrong',
      raw: JSON.parse(hit(event).raw),
    });
  });
});

describe('a time of the search', () => {
  const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

  it.each([
    ['3d', '2026-11-19T12:00:00.000Z'],
    ['15m', '2026-11-22T11:45:00.000Z'],
    ['8h', '2026-11-22T04:00:00.000Z'],
    ['2w', '2026-11-08T12:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T10:30Z', '2026-11-01T10:30:00.000Z'],
    ['2026-11-01T10:30:15.250Z', '2026-11-01T10:30:15.250Z'],
  ])('%s is read', (text, expected) => {
    expect(new Date(readMoment('--from', text, NOW_MS)).toISOString()).toBe(expected);
  });

  it.each(['', 'yesterday', '3', '3y', '2026-13-01', '2026-11-01T10:30', '1e9d', '-1d'])(
    '"%s" is refused',
    (text) => {
      expect(() => readMoment('--from', text, NOW_MS)).toThrow(/^--from ".*": expected a time/);
    },
  );
});

describe('the price of a search', () => {
  it.each([
    [0, 0.00005],
    [10_000_000, 0.00005],
    [10_000_001, 0.000055],
    [1e12, 5],
  ])('of %i scanned bytes is $%d', (bytes, usd) => {
    expect(scanUsd(bytes)).toBeCloseTo(usd, 9);
  });
});
