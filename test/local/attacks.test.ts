import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import {
  type AttackRun,
  attacksIn,
  CYCLE_EVENTS,
  FIRST_CYCLE_EVENTS,
  planAttacks,
} from '../../local/tenant/attacks/plan.ts';
import { ATTACK_NAMES, ATTACKS, type AttackName } from '../../local/tenant/attacks/table.ts';
import { generatedBlock } from '../../local/tenant/generated-block.ts';
import { Holdings } from '../../local/tenant/holdings.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';
import { temporaryFolder } from './tenant-client.ts';

const HOSTNAME = 'acme.us.auth0.com';
const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SEEDS = [1, 2, 3, 77];

type Event = Record<string, unknown>;

function tenantWith(seed: number, names: readonly AttackName[], count = FIRST_CYCLE_EVENTS) {
  const attacks = names.length > 0 ? planAttacks(seed, names) : undefined;
  const traffic = createTraffic({ seed, hostname: HOSTNAME, attacks });
  const times = { fromMs: NOW - 27 * DAY_MS, toMs: NOW };
  return generatedBlock({ traffic, seed, count, ...times, firstIndex: 0, attacks });
}

const eventIn = (block: ReturnType<typeof tenantWith>, index: number): Event =>
  JSON.parse(block.json(index).toString());

const named = (runs: readonly AttackRun[]) => runs.map(({ name }) => name).sort();

describe('the attacks of a simulated tenant', () => {
  it.each(SEEDS)('are all played within its first 5,000 events (seed %i)', (seed) => {
    expect(named(attacksIn(seed, FIRST_CYCLE_EVENTS))).toEqual([...ATTACK_NAMES].sort());
  });

  it('come again once in every 50,000 events, elsewhere each time', () => {
    const plan = planAttacks(1, ATTACK_NAMES);
    const starts = [1, 2, 3].map((cycle) => {
      const runs = plan.runsWithin(cycle * CYCLE_EVENTS, (cycle + 1) * CYCLE_EVENTS);
      expect(named(runs)).toEqual([...ATTACK_NAMES].sort());
      return runs.map(({ name, from }) => `${name} ${from % CYCLE_EVENTS}`);
    });
    expect(new Set(starts.flat()).size).toBe(3 * ATTACK_NAMES.length);
  });

  it('never overlap, and name the slots that are theirs', () => {
    for (const seed of SEEDS) {
      const runs = attacksIn(seed, 4 * CYCLE_EVENTS);
      for (const [index, { name, from, to, slots }] of runs.entries()) {
        expect(from).toBeGreaterThanOrEqual(runs[index - 1]?.to ?? 0);
        expect(slots).toHaveLength(ATTACKS[name].events);
        expect(new Set(slots).size).toBe(slots.length);
        expect(slots[0]).toBe(from);
        expect(slots.at(-1)).toBeLessThan(to);
      }
    }
  });

  it('happen when they do whichever others are played', () => {
    const all = attacksIn(5, FIRST_CYCLE_EVENTS);
    for (const name of ATTACK_NAMES) {
      expect(attacksIn(5, FIRST_CYCLE_EVENTS, [name])).toEqual(
        all.filter((run) => run.name === name),
      );
    }
  });

  it('that are cut off at the end are not counted as played', () => {
    const [first] = attacksIn(1, FIRST_CYCLE_EVENTS);
    expect(attacksIn(1, first?.to ?? 0)).toHaveLength(1);
    expect(attacksIn(1, (first?.to ?? 0) - 1)).toEqual([]);
  });
});

describe('an attack', () => {
  it.each(ATTACK_NAMES)('%s is told in as many events as it says, of known types', (name) => {
    for (const seed of SEEDS) {
      for (const run of attacksIn(seed, 2 * CYCLE_EVENTS, [name])) {
        const played = createTraffic({
          seed,
          hostname: HOSTNAME,
          attacks: planAttacks(seed, [name]),
        });
        const normal = createTraffic({ seed, hostname: HOSTNAME });
        const slot = (index: number) => ({ index, logId: `900${index}`, date: new Date(NOW) });
        for (const index of run.slots) {
          const event = played.event(slot(index));
          expect(EVENT_TYPES).toHaveProperty(String(event['type']));
          expect(event).not.toEqual(normal.event(slot(index)));
        }
      }
    }
  });

  it('leaves every other event as it is without it, but for its time', () => {
    const seed = 3;
    const attacks = planAttacks(seed, ATTACK_NAMES);
    const played = createTraffic({ seed, hostname: HOSTNAME, attacks });
    const normal = createTraffic({ seed, hostname: HOSTNAME });
    const attacked = new Set(attacksIn(seed, FIRST_CYCLE_EVENTS).flatMap(({ slots }) => slots));
    expect(attacked.size).toBeGreaterThan(200);
    for (let index = 3_400; index < FIRST_CYCLE_EVENTS; index += 1) {
      if (attacked.has(index)) continue;
      const slot = { index, logId: `900${index}`, date: new Date(NOW) };
      expect(played.event(slot)).toEqual(normal.event(slot));
    }
  });

  it('takes minutes, in the order of its events, with normal events between', () => {
    for (const seed of SEEDS) {
      const block = tenantWith(seed, ATTACK_NAMES);
      for (const { name, slots, from, to } of attacksIn(seed, block.count)) {
        const dates = slots.map((slot) => block.dateMs(slot));
        expect(dates.toSorted((a, b) => a - b)).toEqual(dates);
        expect(new Set(dates).size).toBe(dates.length);
        const minutes = ((dates.at(-1) ?? 0) - (dates[0] ?? 0)) / MINUTE_MS;
        expect(minutes).toBeLessThanOrEqual(ATTACKS[name].minutes);
        expect(to - from).toBeGreaterThan(slots.length);
      }
    }
  });

  it('keeps ids ascending and events in the past', () => {
    const block = tenantWith(2, ATTACK_NAMES);
    const ids = Array.from({ length: block.count }, (_, index) => block.logId(index) ?? '');
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const ingested = ids.map((_, index) => block.ingestedMs(index));
    expect(ingested.toSorted((a, b) => a - b)).toEqual(ingested);
    expect(Math.max(...ingested)).toBeLessThanOrEqual(NOW);
  });

  it('comes from addresses of its own, set aside for documentation', () => {
    const ownTools = new Set(['mass-deletion']);
    const block = tenantWith(1, ATTACK_NAMES);
    const runs = attacksIn(1, block.count);
    for (const { name, slots } of runs) {
      const foreign = slots
        .map((slot) => String(eventIn(block, slot)['ip']))
        .filter((ip) => ip.startsWith('203.0.113.'));
      expect(foreign.length > 0).toBe(!ownTools.has(name));
    }
    const attacked = new Set(runs.flatMap(({ slots }) => slots));
    for (let index = 0; index < block.count; index += 1) {
      if (attacked.has(index)) continue;
      expect(String(eventIn(block, index)['ip'])).not.toMatch(/^203\.0\.113\./);
    }
  });

  it('has victims that were seen two weeks before', () => {
    for (const seed of SEEDS) {
      const block = tenantWith(seed, ['account-takeover']);
      const [run] = attacksIn(seed, block.count, ['account-takeover']);
      const start = run?.from ?? 0;
      const user = eventIn(block, start)['user_name'];
      const firstLogin = Array.from({ length: start }, (_, index) => index).find((index) => {
        const event = eventIn(block, index);
        return event['user_name'] === user && event['type'] === 's';
      });
      const days = (block.dateMs(start) - block.dateMs(firstLogin ?? start)) / DAY_MS;
      expect(days).toBeGreaterThan(14);
    }
  });
});

describe('a tenant that is kept', () => {
  const open = (dir: string, attacks?: readonly AttackName[]) =>
    new Holdings({ dir, hostname: HOSTNAME, plan: 'enterprise', seed: 7, attacks });
  const texts = ({ events }: Holdings, count = events.count) =>
    Array.from({ length: count }, (_, index) => events.json(index).toString());

  it('holds the same attacks after a restart, whatever is asked for then', () => {
    const dir = temporaryFolder();
    const before = open(dir, ATTACK_NAMES);
    before.holdGenerated(5_000, NOW);
    const after = open(dir);
    after.holdGenerated(5_100, NOW + MINUTE_MS);
    expect(after.events.count).toBe(5_100);
    expect(texts(after, 5_000)).toEqual(texts(before));
    const [run] = attacksIn(7, 5_000);
    expect(JSON.parse(texts(after)[run?.from ?? 0] ?? '')).toHaveProperty('ip');
  });

  it('with attacks holds weeks, without them its events are ten seconds apart', () => {
    const span = (attacks: readonly AttackName[]) => {
      const holdings = open(temporaryFolder(), attacks);
      holdings.holdGenerated(5_000, NOW);
      return NOW - holdings.events.ingestedMs(0);
    };
    expect(span(['brute-force'])).toBeGreaterThan(26 * DAY_MS);
    expect(span([])).toBeLessThan(DAY_MS);
  });

  it('with an attack that this version does not know is refused', () => {
    const dir = temporaryFolder();
    open(dir, ['brute-force']).holdGenerated(10, NOW);
    const path = join(dir, 'holdings.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('brute-force', 'worm'));
    expect(() => open(dir)).toThrow('is not of this version');
  });
});

describe('docs/fake-auth0.md', () => {
  it('names every attack with its title and its rules', () => {
    const text = readFileSync('docs/fake-auth0.md', 'utf8');
    const missing = ATTACK_NAMES.filter((name) => {
      const { title, raises } = ATTACKS[name];
      return !text.includes(`| \`${name}\` | ${title} | ${raises.join(', ')} |`);
    });
    expect(missing).toEqual([]);
  });
});
