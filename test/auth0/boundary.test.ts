import { describe, expect, it } from 'vitest';
import { findBoundary } from '../../lambda/auth0/boundary.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { type Entry, memoryTenant, type TenantBehaviour, timedId } from './memory-tenant.ts';

const START_MS = Date.parse('2026-05-04T08:00:00.000Z');
const SECOND_MS = 1_000;
const LIVE = timedId(START_MS + 3600 * SECOND_MS, 1);

const entry = (seconds: number, lateSeconds = 0): Entry => ({
  logId: timedId(START_MS + (seconds + lateSeconds) * SECOND_MS, 1),
  date: new Date(START_MS + seconds * SECOND_MS).toISOString(),
});

const every10 = (count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => entry(index * 10));

function boundary(
  entries: readonly Entry[],
  fromSeconds: number,
  toSeconds: number,
  { like = LIVE, ...behaviour }: TenantBehaviour & { readonly like?: string } = {},
): Promise<string | undefined> {
  const tenant = memoryTenant(entries, behaviour);
  const range = {
    fromMs: START_MS + fromSeconds * SECOND_MS,
    toMs: START_MS + toSeconds * SECOND_MS,
  };
  return findBoundary({ search: (query) => tenant.search(new Secret('t'), query) }, range, like);
}

describe('a place to cut the log at', () => {
  it('is the last event that was ingested before a time', async () => {
    const log = every10(300);
    expect(await boundary(log, 0, 2_000)).toBe(log[199]?.logId);
    expect(await boundary(log, 1_500, 2_005)).toBe(log[200]?.logId);
  });

  it('is the first of the last hundred where all of them were ingested later', async () => {
    const log = Array.from({ length: 300 }, (_, index) => entry(index / 100, 60));
    expect(await boundary(log, 0, 3)).toBe(log[200]?.logId);
  });

  it('is not led astray by an event that was ingested long after its date', async () => {
    const log = [...every10(20), entry(100, 1_500)];
    expect(await boundary(log, 90, 105)).toBe(entry(100).logId);
  });

  it('is none where nothing happened', async () => {
    expect(await boundary(every10(20), 1_000, 2_000)).toBeUndefined();
  });

  it.each([
    ['of another length', `${timedId(START_MS, 1)}0`],
    ['that tells no time', 'x'.repeat(LIVE.length)],
  ])('is none of an id %s', async (_what, logId) => {
    expect(await boundary([{ ...entry(0), logId }], 0, 60)).toBeUndefined();
    expect(await boundary([{ ...entry(0), logId }, entry(30)], 0, 60)).toBe(entry(30).logId);
  });

  it('is none where elements have no id', async () => {
    expect(await boundary([{ ...entry(0), garbage: '{}' }], 0, 60)).toBeUndefined();
  });

  it('says when searches by date are refused', async () => {
    const refuse = () => new CollectorError('AUTH0_400_REQUEST', 'Refused');
    await expect(boundary(every10(5), 0, 60, { refuse })).rejects.toMatchObject({
      code: 'AUTH0_400_REQUEST',
    });
  });
});
