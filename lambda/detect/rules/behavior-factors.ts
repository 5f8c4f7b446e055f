import { at, text } from '../../auth0/event-facts.ts';
import { Sliding } from '../patterns/sliding.ts';
import { DAY_MS, MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, distinctAtLeast, marked } from '../patterns/window.ts';
import { hashed, phoneOf, starred } from '../reading/phone.ts';
import { userOf } from '../reading/subject.ts';
import { type Entry, rule, type Severity, type Signal, type Verdict } from '../rule.ts';
import { told } from './login-signals.ts';

const PUSH_FATIGUE = rule({
  id: 'A0-UBH-03',
  title: 'Push notifications until the user gives in',
  family: 'behavior',
  severity: 'high',
  attack: ['T1621'],
  kind: 'sequence',
  types: ['gd_send_pn', 'gd_auth_rejected', 'gd_auth_succeed'],
  why: 'A user was sent many push notifications in a short time: somebody who has the password hopes for a tired tap on Allow. Medium for the pushes alone, high when the user rejected one, critical when one was accepted in the end.',
  tune: 'A phone without reception makes its owner ask again and again: raise count if that is common.',
  todo: 'Call the user now. If they did not log in: revoke sessions under User Management > Users > the user, reset the password, and prefer factors with number matching or passkeys under Security > Multi-factor Auth.',
  limits: { count: 5, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      if (entity === undefined) return undefined;
      const [mark, what, join] = PUSH_PARTS[facts.code] ?? PUSH_SENT;
      return { entity, mark, note: told(what, facts, join) };
    },
    judge: (entries, { limits: { count, windowMinutes } }) => {
      const window = new Sliding(windowMinutes * MINUTE_MS);
      const verdicts: Verdict[] = [];
      let wasFatigue = false;
      for (const entry of entries) {
        window.add(entry);
        const isFatigue = window.size('push') >= count;
        const evidence = wasFatigue ? [entry] : window.entries();
        if (isFatigue) verdicts.push({ evidence, severity: fatigue(window, entry) });
        wasFatigue = isFatigue;
      }
      return verdicts;
    },
  },
});

const PUSH_SENT = ['push', 'push sent', 'to'] as const;
const PUSH_PARTS: Readonly<Record<string, readonly [mark: string, what: string, join: string]>> = {
  gd_auth_rejected: ['rejection', 'push rejected', 'by'],
  gd_auth_succeed: ['success', 'second factor accepted', 'of'],
};

function fatigue(window: Sliding, last: Entry): Severity {
  if (last.mark === 'success') return 'critical';
  return window.size('rejection') > 0 ? 'high' : 'medium';
}

const CODE_GUESSING = rule({
  id: 'A0-UBH-04',
  title: 'Second factor guessed',
  family: 'behavior',
  severity: 'high',
  attack: ['T1111', 'T1110'],
  kind: 'threshold',
  types: [
    'gd_auth_failed',
    'gd_recovery_failed',
    'gd_otp_rate_limit_exceed',
    'feotpft',
    'feoobft',
    'fercft',
  ],
  why: 'One wrong code after the other for a user who has passed the password already: whoever it is, they know the password.',
  tune: 'A phone whose clock is wrong makes codes that never fit: raise count if that is common. Recovery codes count on their own, as they are needed rarely.',
  todo: 'Ask the user. If it was not them, reset the password under User Management > Users > the user and look for a login that succeeded after the last wrong code.',
  limits: { count: 5, recoveryCount: 3, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      if (entity === undefined) return undefined;
      const isRecovery = facts.code === 'gd_recovery_failed' || facts.code === 'fercft';
      const mark = isRecovery ? 'recovery' : 'code';
      const what = isRecovery ? 'wrong recovery code' : 'wrong second factor';
      return { entity, mark, note: told(what, facts) };
    },
    judge: (entries, { limits: { count, recoveryCount, windowMinutes } }) => [
      ...atLeast(entries, count, windowMinutes * MINUTE_MS),
      ...atLeast(marked(entries, 'recovery'), recoveryCount, windowMinutes * MINUTE_MS),
    ],
  },
});

const SHARED_FACTOR = rule({
  id: 'A0-UBH-06',
  title: 'One phone or device enrolled by several users',
  family: 'behavior',
  severity: 'medium',
  attack: ['T1098.005'],
  kind: 'distinct count',
  types: ['gd_enrollment_complete'],
  why: 'The same phone number or device became the second factor of more than one user: somebody who takes over accounts puts their own phone on all of them.',
  tune: 'Families and test users share phones: raise count. Numbers that Auth0 logs in part only, such as XXXXXXXX1234, are left out, as thousands share such an ending.',
  todo: 'Ask the users in the timeline whose device it is. Where it is a stranger’s, remove it under User Management > Users > the user > Multi-Factor Authentication and reset the password.',
  limits: { count: 2, days: 365 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ days }) => days * DAY_MS,
    match: (facts): readonly Signal[] => {
      const user = facts.userId ?? userOf(facts)?.value;
      if (user === undefined) return [];
      const phone = phoneOf(facts);
      const device = text(at(facts.details, 'enrollment', 'identifier'));
      const signal = (what: string, id: string): Signal => ({
        entity: { kind: 'phone', value: hashed(id) },
        note: told(`${what} enrolled`, facts),
        value: user,
      });
      return [
        ...(phone === undefined ? [] : [signal(`phone ${starred(phone)}`, `phone ${phone}`)]),
        ...(device === undefined ? [] : [signal('device', `device ${device}`)]),
      ];
    },
    judge: (entries, { limits }) => distinctAtLeast(entries, limits.count, limits.days * DAY_MS),
  },
});

/** Rules about second factors. */
export const FACTOR_RULES = [PUSH_FATIGUE, CODE_GUESSING, SHARED_FACTOR];
