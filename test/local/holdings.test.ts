import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareLogIds } from '../../lambda/auth0/log-id.ts';
import type { EventBlock } from '../../local/tenant/event-block.ts';
import { Holdings, type HoldingsOptions } from '../../local/tenant/holdings.ts';
import { NOW, temporaryFolder } from './tenant-client.ts';

const DAY_MS = 24 * 3600_000;
const HOUR_MS = 3600_000;

const open = (dir: string, more: Partial<HoldingsOptions> = {}): Holdings =>
  new Holdings({ dir, hostname: 'acme.us.auth0.com', plan: 'enterprise', seed: 7, ...more });

const indexes = ({ count }: EventBlock): number[] => Array.from({ length: count }, (_, i) => i);
const texts = ({ events }: Holdings): string[] =>
  indexes(events).map((index) => events.json(index).toString());
const ids = ({ events }: Holdings): string[] =>
  indexes(events).map((index) => events.logId(index) ?? 'none');

describe('what a simulated tenant holds', () => {
  it('is the same, byte for byte, after a restart', () => {
    const dir = temporaryFolder();
    const before = open(dir);
    before.holdGenerated(300, NOW);
    const after = open(dir);
    after.holdGenerated(300, NOW + DAY_MS);
    expect(texts(after)).toEqual(texts(before));
    expect(texts(before)).toHaveLength(300);
  });

  it('depends on the seed', () => {
    const [one, other] = [1, 2].map((seed) => {
      const holdings = open(temporaryFolder(), { seed });
      holdings.holdGenerated(50, NOW);
      return texts(holdings);
    });
    expect(one).not.toEqual(other);
  });

  it('grows at its new end when more events are asked for, and never shrinks', () => {
    const dir = temporaryFolder();
    const small = open(dir);
    small.holdGenerated(200, NOW);
    const large = open(dir);
    large.holdGenerated(500, NOW + HOUR_MS);
    expect(texts(large)).toHaveLength(500);
    expect(texts(large).slice(0, 200)).toEqual(texts(small));
    const again = open(dir);
    again.holdGenerated(100, NOW + 2 * HOUR_MS);
    expect(texts(again)).toEqual(texts(large));
  });

  it('keeps the events that came while it ran', () => {
    const dir = temporaryFolder();
    const before = open(dir);
    before.holdGenerated(20, NOW);
    const live = before.startLive();
    for (let second = 1; second <= 10; second += 1) live.append(new Date(NOW + second * 1000));
    live.appendTokenExchange(new Date(NOW + 11_000), 'reader');
    const after = open(dir);
    expect(texts(after)).toEqual(texts(before));
    expect(texts(after)).toHaveLength(31);
    const last = JSON.parse(texts(after).at(-1) ?? '');
    expect(last).toMatchObject({ type: 'seccft', client_id: 'reader' });
  });

  it('has ids of 56 digits, each above the one before, over all its parts', () => {
    const dir = temporaryFolder();
    const first = open(dir);
    first.holdGenerated(2_000, NOW);
    const live = first.startLive();
    for (let index = 0; index < 20; index += 1) live.append(new Date(NOW));
    // Within the same moment, so that only counters can tell them apart.
    const second = open(dir);
    second.holdGenerated(3_000, NOW);
    second.startLive().append(new Date(NOW - HOUR_MS));
    const third = open(dir);
    third.holdGenerated(3_500, NOW + HOUR_MS);
    const held = ids(third);
    expect(held).toHaveLength(3_521);
    expect(held.filter((id) => !/^900\d{53}$/.test(id))).toEqual([]);
    expect(new Set(held).size).toBe(held.length);
    expect(held.toSorted(compareLogIds)).toEqual(held);
    // The text of an event names the id under which it is found.
    const { events } = third;
    expect(
      indexes(events).filter((i) => JSON.parse(events.json(i).toString()).log_id !== held[i]),
    ).toEqual([]);
  });

  it('was ingested in order and after it happened, now and then late enough to mix the dates', () => {
    const holdings = open(temporaryFolder());
    holdings.holdGenerated(5_000, NOW);
    const { events } = holdings;
    const ingested = indexes(events).map((index) => events.ingestedMs(index));
    const dates = indexes(events).map((index) => events.dateMs(index));
    expect(ingested.toSorted((a, b) => a - b)).toEqual(ingested);
    expect(Math.max(...ingested)).toBeLessThanOrEqual(NOW);
    const lags = ingested.map((ms, index) => ms - (dates[index] ?? 0));
    expect(Math.min(...lags)).toBeGreaterThan(0);
    expect(Math.max(...lags)).toBeLessThanOrEqual(events.lagMaxMs);
    const isBeforeItsForerunner = dates.filter((ms, index) => ms < (dates[index - 1] ?? 0));
    expect(isBeforeItsForerunner.length).toBeGreaterThan(0);
  });

  it('is within a day on the free plan, and within the month on enterprise', () => {
    for (const [plan, days] of [['free', 1] as const, ['enterprise', 30] as const]) {
      const holdings = open(temporaryFolder(), { plan });
      holdings.holdGenerated(1_000_000, NOW);
      expect(holdings.events.ingestedMs(0)).toBeGreaterThan(NOW - days * DAY_MS);
    }
  });

  it('is nothing when no events are asked for', () => {
    const holdings = open(temporaryFolder());
    holdings.holdGenerated(0, NOW);
    expect(holdings.events.count).toBe(0);
  });

  it('starts without the event that a kill left half written', () => {
    const dir = temporaryFolder();
    const before = open(dir);
    before.startLive().append(new Date(NOW));
    const whole = texts(before);
    appendFileSync(join(dir, 'live-0.ndjson'), '{"log_id":"9002026');
    expect(texts(open(dir))).toEqual(whole);
  });
});

describe('the note about it', () => {
  it.each(['{"version":2,"blocks":[]}', 'not json', ''])('that reads %j is named', (text) => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'holdings.json'), text);
    expect(() => open(dir)).toThrow(
      `${join(dir, 'holdings.json')} is not of this version: remove the folder or choose another with --data`,
    );
  });
});

describe('events of a file', () => {
  const LINE = `{"date":"2025-01-01T00:00:00.000Z","type":"s","log_id":"90020250101000000000000${'1'.repeat(33)}"}`;

  function fileIn(dir: string): string {
    const path = join(dir, 'events.ndjson');
    writeFileSync(path, `${LINE}\n`);
    return path;
  }

  it('are held once, at the time they were first moved to', () => {
    const dir = temporaryFolder();
    const path = fileIn(dir);
    const first = open(dir);
    first.holdFile(path, NOW);
    const second = open(dir);
    second.holdFile(path, NOW + HOUR_MS);
    expect(texts(second)).toEqual(texts(first));
    expect(second.events.count).toBe(1);
    expect(second.events.ingestedMs(0)).toBe(NOW);
  });

  it('can not be held moved and as they are at once', () => {
    const dir = temporaryFolder();
    const path = fileIn(dir);
    open(dir).holdFile(path, NOW);
    expect(() => open(dir).holdFile(path, undefined)).toThrow('moved in time already');
    expect(texts(open(dir))).toHaveLength(1);
  });

  it('older than what is held are refused, and nothing is noted down', () => {
    const dir = temporaryFolder();
    const path = fileIn(dir);
    open(dir).holdGenerated(10, NOW);
    const before = readFileSync(join(dir, 'holdings.json'), 'utf8');
    expect(() => open(dir).holdFile(path, undefined)).toThrow('choose another folder with --data');
    expect(readFileSync(join(dir, 'holdings.json'), 'utf8')).toBe(before);
  });
});
