import type { EventFacts } from '../../auth0/event-facts.ts';
import { HOUR_MS } from '../patterns/spans.ts';
import { answeredOnce } from '../reading/answered-once.ts';
import { isNewCountry, isNewDevice, originOf, readOrigin, writeOrigin } from '../reading/origin.ts';
import { riskOf } from '../reading/risk.ts';
import { userOf } from '../reading/subject.ts';
import { rule, type Signal } from '../rule.ts';
import { LOGIN_SUCCESSES, successNote, told } from './login-signals.ts';

const LOW_CONFIDENCE = rule({
  id: 'A0-LOG-09',
  title: 'Auth0 doubts who logged in',
  family: 'login',
  severity: 'medium',
  attack: ['T1078'],
  kind: 'stateless',
  types: ['s', 'ss', 'f', 'ssa', 'scoa'],
  why: 'Auth0’s own risk assessment has low confidence in a login: its address is on a deny list, or the user would have had to travel impossibly fast. Two doubts at once are high; a login that failed anyway is low.',
  tune: 'A new device alone is not raised, as every user has one now and then. Company VPNs cause the doubt about travel: allow their addresses.',
  todo: 'Ask the user whether it was them. If not: User Management > Users > the user, block it, reset the password and revoke sessions. Under Security > Multi-factor Auth, adaptive MFA can ask for a second factor in such cases.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      const { doubts, isTelling } = riskOf(facts);
      if (entity === undefined || !isTelling) return undefined;
      const what = `${WHAT[facts.code] ?? 'login'} doubted (${doubts.join(', ') || 'low confidence'})`;
      const severity =
        facts.type.outcome === 'failure' ? 'low' : doubts.length >= 2 ? 'high' : 'medium';
      return { entity, note: told(what, facts), severity };
    },
  },
});

const WHAT: Readonly<Record<string, string>> = {
  ss: 'signup',
  f: 'failed login',
  ssa: 'silent login',
};

/** A login with where it came from, marked when Auth0 doubts it. */
const judgedLogin = answeredOnce((facts: EventFacts): Signal | undefined => {
  const entity = userOf(facts);
  if (entity === undefined) return undefined;
  const mark = riskOf(facts).isTelling ? 'doubted' : 'plain';
  return { entity, mark, note: successNote(facts), value: writeOrigin(originOf(facts)) };
});

const NEW_DEVICE = rule({
  id: 'A0-LOG-12',
  title: 'New device in unusual circumstances',
  family: 'login',
  severity: 'medium',
  attack: ['T1078'],
  kind: 'first seen',
  types: ['s', 'scoa'],
  why: 'A user logged in with a browser, system or TLS fingerprint that they never had, and from a new country or with a doubt of Auth0’s risk assessment. Each alone is ordinary; together they look like somebody else.',
  tune: 'Silent until five logins or fourteen days of a user are known. A user who travels with a new laptop raises it once a day.',
  todo: 'Ask the user about the login. If it was not theirs, reset the password, revoke sessions (User Management > Users > the user) and have them enrol a second factor.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => HOUR_MS,
    match: judgedLogin,
    judge: (entries, context) =>
      entries
        .filter(({ ms, value, mark }) => {
          const origin = readOrigin(value);
          return (
            isNewDevice(origin, context, ms) &&
            (mark === 'doubted' || isNewCountry(origin, context, ms))
          );
        })
        .map((entry) => ({ evidence: [entry] })),
  },
});

const DORMANT_ACCOUNT = rule({
  id: 'A0-LOG-14',
  title: 'Account awakes after a long time, from an unusual place',
  family: 'login',
  severity: 'medium',
  attack: ['T1078'],
  kind: 'first seen',
  types: ['s'],
  why: 'A user who had not logged in for months is back, from a new country or with a doubt of Auth0’s risk assessment. Forgotten accounts are what thieves of old passwords find.',
  tune: 'It needs as many days of collected logs as its limit says. Shorten days where accounts are removed early.',
  todo: 'Ask the user, or whoever is responsible for the account, whether it is still used. If not, block or delete it under User Management > Users.',
  limits: { days: 90 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => HOUR_MS,
    match: judgedLogin,
    judge: (entries, context) =>
      entries
        .filter(({ ms, value, mark }) => {
          const awayDays = context.daysSinceLast('user-login', ms);
          if (awayDays === undefined || awayDays < context.limits.days) return false;
          return mark === 'doubted' || isNewCountry(readOrigin(value), context, ms);
        })
        .map((entry) => ({ evidence: [entry] })),
  },
});

const NEW_COUNTRY = rule({
  id: 'A0-LOG-11',
  title: 'First login from a country',
  family: 'login',
  severity: 'low',
  attack: ['T1078'],
  kind: 'first seen',
  types: LOGIN_SUCCESSES,
  why: 'A user logged in from a country where they never were before. Mostly a journey; it is medium when Auth0’s risk assessment has a doubt as well.',
  tune: 'Silent until five logins or fourteen days of a user are known; a country stays known for 400 days.',
  todo: 'Compare with what else is raised for the user. Ask them when the country makes no sense, and end the sessions under User Management > Users > the user > Devices if it was not them.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'first-seen',
    profile: 'user-country',
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      const { country } = originOf(facts);
      if (entity === undefined || country === undefined) return undefined;
      const severity = riskOf(facts).isTelling ? 'medium' : 'low';
      return { entity, note: successNote(facts), value: country, severity };
    },
  },
});

/** Rules about single logins that do not look like the user's. */
export const RISK_RULES = [LOW_CONFIDENCE, NEW_COUNTRY, NEW_DEVICE, DORMANT_ACCOUNT];
