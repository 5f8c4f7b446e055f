import { heavier } from '../incident.ts';
import { originNetwork, originOf, readOrigin, writeOrigin } from '../origin.ts';
import {
  type Entry,
  type JudgeContext,
  rule,
  type Severity,
  type Signal,
  type Verdict,
} from '../rule.ts';
import { HOUR_MS } from '../spans.ts';
import { marked } from '../window.ts';
import { LOGIN_SUCCESSES, told } from './login-signals.ts';

const CHANGES: Readonly<Record<string, string>> = {
  scp: 'password changed',
  sce: 'e-mail address changed',
  scpn: 'phone number changed',
  gd_unenroll: 'second factor removed',
};

const TAKEOVER = rule({
  id: 'A0-UBH-07',
  title: 'Account changed hands: recovery, then a new second factor',
  family: 'behavior',
  severity: 'high',
  attack: ['T1098.005', 'T1556.006'],
  kind: 'sequence',
  types: [...Object.keys(CHANGES), 'gd_enrollment_complete', ...LOGIN_SUCCESSES],
  why: 'Password, address, phone or second factor of a user was changed, a new factor was enrolled soon after, and one of these steps came from a country or device that the user never had. This is how a taken account is kept.',
  tune: 'A user with a new phone does the same from home. So a new TLS fingerprint alone is low, with a new network (/24 or /48) medium; a new country is high. Shorten windowHours if support does such changes for users.',
  todo: 'Call the user on a number that you have from elsewhere. If it was not them: block the account under User Management > Users, remove the new factor, put the old address back and reset the password.',
  limits: { windowHours: 24 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowHours }) => 2 * windowHours * HOUR_MS,
    match: (facts): Signal | undefined => {
      if (facts.userId === undefined) return undefined;
      const entity = { kind: 'user' as const, value: facts.userId };
      const value = writeOrigin(originOf(facts));
      const change = CHANGES[facts.code];
      if (change !== undefined) return { entity, mark: 'change', note: told(change, facts), value };
      return facts.code === 'gd_enrollment_complete'
        ? { entity, mark: 'enrolment', note: told('second factor enrolled', facts), value }
        : { entity, mark: 'login', note: told('login', facts, 'of'), value };
    },
    judge: (entries, context) => {
      const windowMs = context.limits.windowHours * HOUR_MS;
      return marked(entries, 'enrolment').flatMap((enrolment): Verdict[] => {
        const changes = marked(entries, 'change').filter(
          ({ ms }) => ms <= enrolment.ms && enrolment.ms - ms <= windowMs,
        );
        if (changes.length === 0) return [];
        const around = entries.filter(({ ms }) => Math.abs(enrolment.ms - ms) <= windowMs);
        const strange = around.filter((entry) => strangeness(entry, context) !== undefined);
        if (strange.length === 0) return [];
        const chain = new Set<Entry>([...changes, enrolment, ...strange]);
        const severity = strange
          .map((entry) => strangeness(entry, context) ?? 'low')
          .reduce(heavier);
        const evidence = entries.filter((entry) => chain.has(entry));
        return [{ evidence, severity }];
      });
    },
  },
});

/** What a step weighs that came from a place or with a device that the user never had. */
function strangeness({ value, ms }: Entry, context: JudgeContext): Severity | undefined {
  const origin = readOrigin(value);
  const isNew = (part: string | undefined): boolean =>
    part !== undefined && context.isNew('account-place', part, ms);
  if (isNew(origin.country)) return 'high';
  if (!isNew(origin.tls)) return undefined;
  return isNew(originNetwork(origin)) ? 'medium' : 'low';
}

/** Rules about accounts that change hands. */
export const TAKEOVER_RULES = [TAKEOVER];
