import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lambda/auth0/event-facts.ts';
import { LATENESS_MS } from '../../lambda/detect/entity-state.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import { atLeast, distinctAtLeast, followedBy } from '../../lambda/detect/patterns/window.ts';
import type { ProfileDefinition } from '../../lambda/detect/profiles.ts';
import { type Rule, rule } from '../../lambda/detect/rule.ts';
import { createHarness } from './harness.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-02T00:00:00Z');
const WINDOW_MS = 20 * MINUTE_MS;
const COUNT = 3;

const ABOUT = {
  family: 'login',
  severity: 'low',
  attack: [],
  types: ['f', 's'],
  why: 'w',
  tune: 't',
  todo: 'd',
  lists: {},
  periodHours: 24,
} as const;

const signalOf =
  (mark: string) => (facts: { userName: string | undefined; ip: string | undefined }) =>
    facts.userName === undefined
      ? undefined
      : {
          entity: { kind: 'user', value: facts.userName } as const,
          note: 'seen',
          mark,
          value: facts.ip ?? '',
        };

const THRESHOLD = rule({
  ...ABOUT,
  id: 'T-1',
  title: 'Threshold',
  kind: 'threshold',
  limits: { count: COUNT },
  detection: {
    kind: 'window',
    windowMs: () => WINDOW_MS,
    match: (facts) => (facts.code === 'f' ? signalOf('f')(facts) : undefined),
    judge: (entries, { limits }) => atLeast(entries, limits.count, WINDOW_MS),
  },
});

const DISTINCT = rule({
  ...ABOUT,
  id: 'T-2',
  title: 'Distinct',
  kind: 'distinct count',
  limits: { count: COUNT },
  detection: {
    kind: 'window',
    windowMs: () => WINDOW_MS,
    match: (facts) => signalOf('any')(facts),
    judge: (entries, { limits }) => distinctAtLeast(entries, limits.count, WINDOW_MS),
  },
});

const SEQUENCE = rule({
  ...ABOUT,
  id: 'T-3',
  title: 'Sequence',
  kind: 'sequence',
  limits: { count: 2 },
  detection: {
    kind: 'window',
    windowMs: () => WINDOW_MS,
    match: (facts) => signalOf(facts.code)(facts),
    judge: (entries, { limits }) => followedBy(entries, 'f', limits.count, 's', WINDOW_MS),
  },
});

const COUNTRY: ProfileDefinition = {
  types: ['s'],
  sighting: ({ userName, ip }) =>
    userName === undefined || ip === undefined
      ? undefined
      : { entity: { kind: 'user', value: userName }, values: [ip] },
  learnEvents: 2,
  learnDays: 14,
  memoryDays: 90,
};

const FIRST_SEEN = rule({
  ...ABOUT,
  id: 'T-4',
  title: 'First seen',
  kind: 'first seen',
  types: ['s'],
  limits: {},
  detection: { kind: 'first-seen', profile: 'user-country', match: signalOf('s') },
});

interface Happening {
  readonly id: number;
  readonly code: 'f' | 's';
  readonly user: string;
  readonly ip: string;
  readonly ms: number;
}

const eventOf = ({ id, code, user, ip, ms }: Happening): JsonObject => ({
  log_id: `900-${String(id).padStart(4, '0')}`,
  type: code,
  date: new Date(ms).toISOString(),
  user_name: user,
  ip,
});

const happenings = (spanMs: number, sizeMax: number) =>
  fc
    .array(
      fc.record({
        code: fc.constantFrom('f' as const, 's' as const),
        user: fc.constantFrom('ann@example.com', 'bob@example.com'),
        ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.3', '203.0.113.4'),
        // Bursts, some of them over midnight, rather than a drizzle that matches no pattern.
        ms: fc
          .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: HOUR_MS }))
          .map(([burst, ms]) => START_MS + Math.floor((burst * spanMs) / 5) + ms),
      }),
      { minLength: 1, maxLength: sizeMax },
    )
    .map((all): Happening[] => all.map((one, id) => ({ ...one, id })));

/** What arrives: in another order, though never later than patterns wait for, cut into runs. */
const arrivals = (spanMs: number, latenessMs: number) =>
  happenings(spanMs, 40).chain((all) =>
    fc.record({
      all: fc.constant(all),
      delaysMs: fc.array(fc.integer({ min: 0, max: latenessMs }), {
        minLength: all.length,
        maxLength: all.length,
      }),
      runSizes: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: all.length }),
      crashes: fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { minLength: all.length }),
    }),
  );

type Arrivals = ReturnType<typeof arrivals> extends fc.Arbitrary<infer T> ? T : never;

function runsOf({ all, delaysMs, runSizes }: Arrivals): JsonObject[][] {
  const ordered = all
    .map((one, index) => ({ one, atMs: one.ms + (delaysMs[index] ?? 0) }))
    .sort((a, b) => a.atMs - b.atMs || a.one.id - b.one.id)
    .map(({ one }) => eventOf(one));
  const runs: JsonObject[][] = [];
  for (let at = 0; at < ordered.length; ) {
    const size = runSizes[runs.length] ?? 1;
    runs.push(ordered.slice(at, at + size));
    at += size;
  }
  return runs;
}

/** What must be raised, straight from the meaning of the rules: entity, day, and all evidence. */
type Raised = ReadonlyMap<string, ReadonlySet<string>>;

function byHand(
  all: readonly Happening[],
  isPattern: (window: readonly Happening[], last: Happening) => readonly Happening[] | undefined,
): Raised {
  const raised = new Map<string, Set<string>>();
  for (const last of all) {
    const before = all.filter(
      (one) =>
        one.user === last.user &&
        last.ms - one.ms <= WINDOW_MS &&
        (one.ms < last.ms || (one.ms === last.ms && one.id <= last.id)),
    );
    const evidence = isPattern(before, last);
    if (evidence === undefined) continue;
    const key = `${last.user} ${new Date(last.ms).toISOString().slice(0, 10)}`;
    const known = raised.get(key) ?? new Set();
    for (const one of evidence) known.add(String(eventOf(one)['log_id']));
    raised.set(key, known);
  }
  return raised;
}

const REFERENCE: Readonly<Record<string, (all: readonly Happening[]) => Raised>> = {
  'T-1': (all) =>
    byHand(all, (window, last) => {
      const failures = window.filter(({ code }) => code === 'f');
      return last.code === 'f' && failures.length >= COUNT ? failures : undefined;
    }),
  'T-2': (all) =>
    byHand(all, (window) =>
      new Set(window.map(({ ip }) => ip)).size >= COUNT ? window : undefined,
    ),
  'T-3': (all) =>
    byHand(all, (window, last) => {
      const failures = window.filter(({ code }) => code === 'f');
      return last.code === 's' && failures.length >= 2 ? [...failures, last] : undefined;
    }),
};

const RULES: readonly Rule[] = [THRESHOLD, DISTINCT, SEQUENCE];

const dayKey = ({ entity, id }: Incident): string =>
  `${entity.value} ${/-(\d{4})(\d{2})(\d{2})-/.exec(id)?.slice(1).join('-')}`;

function raisedBy(incidents: readonly Incident[], ruleId: string): Map<string, Set<string>> {
  const own = incidents.filter((incident) => incident.ruleId === ruleId);
  return new Map(
    own.map((incident) => [dayKey(incident), new Set(incident.timeline.map(({ logId }) => logId))]),
  );
}

/** Evidence at midnight belongs to one of two days, so it is compared as a whole for each user. */
function evidenceOf(raised: Raised): Record<string, string[]> {
  const users = new Map<string, Set<string>>();
  for (const [key, ids] of raised) {
    const user = key.split(' ')[0] ?? '';
    users.set(user, new Set([...(users.get(user) ?? []), ...ids]));
  }
  return Object.fromEntries([...users].map(([user, ids]) => [user, [...ids].sort()]));
}

describe('the engine', () => {
  it.each(Object.keys(REFERENCE))(
    'raises for %s what a look at all events at once raises, whatever comes when and twice',
    (ruleId) => {
      fc.assert(
        fc.property(arrivals(30 * HOUR_MS, LATENESS_MS), (arriving) => {
          const harness = createHarness({ rules: RULES });
          for (const [index, events] of runsOf(arriving).entries()) {
            const statesSaved = arriving.crashes[index];
            if (typeof statesSaved === 'number') harness.run(events, `run ${index}`, statesSaved);
            harness.run(events, `run ${index}`);
          }
          const found = raisedBy(harness.incidents(), ruleId);
          const expected = REFERENCE[ruleId]?.(arriving.all) ?? new Map();
          expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
          expect(evidenceOf(found)).toEqual(evidenceOf(expected));
        }),
        { numRuns: 300 },
      );
    },
  );

  it('finds attacks among much traffic close together', () => {
    fc.assert(
      fc.property(arrivals(HOUR_MS, 10 * MINUTE_MS), (arriving) => {
        const harness = createHarness({ rules: RULES });
        for (const events of runsOf(arriving)) harness.run(events);
        for (const [ruleId, reference] of Object.entries(REFERENCE)) {
          const found = raisedBy(harness.incidents(), ruleId);
          expect(evidenceOf(found)).toEqual(evidenceOf(reference(arriving.all)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts each event once in an incident', () => {
    fc.assert(
      fc.property(arrivals(2 * HOUR_MS, 0), (arriving) => {
        const harness = createHarness({ rules: [THRESHOLD] });
        for (const [index, events] of runsOf(arriving).entries()) {
          harness.run(events, `run ${index}`, 0);
          harness.run(events, `run ${index}`);
        }
        for (const { count, timeline } of harness.incidents()) {
          expect(count).toBe(new Set(timeline.map(({ logId }) => logId)).size);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('calls a value new on the first day that has it, once enough was learned before', () => {
    fc.assert(
      fc.property(happenings(30 * DAY_MS, 40), fc.integer({ min: 1, max: 10 }), (all, runSize) => {
        const harness = createHarness({
          rules: [FIRST_SEEN],
          profiles: { 'user-country': COUNTRY },
        });
        const ordered = [...all].sort((a, b) => a.ms - b.ms || a.id - b.id);
        for (let at = 0; at < ordered.length; at += runSize) {
          const day = ordered.slice(at, at + runSize);
          // The order within a day does not matter.
          harness.run(day.reverse().map(eventOf));
        }
        expect([...raisedBy(harness.incidents(), 'T-4').keys()].sort()).toEqual(newOn(all));
      }),
      { numRuns: 200 },
    );
  });
});

function newOn(all: readonly Happening[]): string[] {
  const logins = all.filter(({ code }) => code === 's');
  const dayOf = (ms: number) => Math.floor(ms / DAY_MS);
  const raised = logins.filter(({ user, ip, ms }) => {
    const before = logins.filter((one) => one.user === user && dayOf(one.ms) < dayOf(ms));
    const first = Math.min(...before.map((one) => dayOf(one.ms)));
    const hasLearned = before.length >= 2 || dayOf(ms) - first >= 14;
    return hasLearned && !before.some((one) => one.ip === ip);
  });
  const keys = raised.map(({ user, ms }) => `${user} ${new Date(ms).toISOString().slice(0, 10)}`);
  return [...new Set(keys)].sort();
}
