import { brief } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const lost = rule({
  id: 'A0-OPS-05',
  title: 'Log events are lost',
  family: 'operations',
  severity: 'high',
  attack: [],
  kind: 'absence',
  types: [],
  why: 'Auth0 no longer had what lay between these times when the collector came for it. Nobody can say what happened then.',
  tune: 'Nothing to tune. If it comes again, poll more often or take a plan that keeps log events for longer.',
  todo: 'Read docs/runbook.md under "Gap". Find out why the collector was away, and look for the time of the gap in the logs of your own applications.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'absence',
    find: ({ gaps }) =>
      gaps.map(({ from, to, reason }) => {
        const startMs = Date.parse(from);
        const ms = Number.isNaN(startMs) ? Date.parse(to) : startMs;
        const note = `gap from ${brief(from)} to ${brief(to)} (${reason})`;
        return { ms: Number.isNaN(ms) ? 0 : ms, note };
      }),
  },
});

const silence = rule({
  id: 'A0-OPS-06',
  title: 'No log events for unusually long',
  family: 'operations',
  severity: 'medium',
  attack: ['T1685.002'],
  kind: 'absence',
  types: [],
  why: 'The collector asks and Auth0 answers, but there is nothing new: nobody can log in any more, or somebody sees to it that nothing is logged.',
  tune: 'Raise floorHours for a tenant that rests over nights and weekends; it learns its longest rest in the first days.',
  todo: 'Log in to one of your applications. If that works and no event follows, open a ticket with Auth0; if it does not, your users are locked out.',
  limits: { floorHours: 6, longestTimes: 2, learnDays: 7 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'absence',
    find: ({ quiet, collectedUntilMs }, { floorHours, longestTimes, learnDays }) => {
      if (quiet === undefined || collectedUntilMs === undefined) return [];
      if (quiet.lastMs - quiet.firstMs < learnDays * DAY_MS) return [];
      const silentMs = collectedUntilMs - quiet.lastMs;
      if (silentMs <= Math.max(floorHours * HOUR_MS, longestTimes * quiet.longestMs)) return [];
      return [{ ms: quiet.lastMs, note: 'the last event before it became silent' }];
    },
  },
});

/** Rules about what is missing, which no event shows. */
export const ABSENCE_RULES: readonly Rule[] = [lost, silence];
