import { HOUR_MS } from '../patterns/spans.ts';
import { distanceKm } from '../reading/distance.ts';
import { isKnown, type Origin, originOf, readOrigin, writeOrigin } from '../reading/origin.ts';
import { userOf } from '../reading/subject.ts';
import { type Entry, type JudgeContext, rule, type Signal, type Verdict } from '../rule.ts';
import { LOGIN_SUCCESSES, successNote, told } from './login-signals.ts';

const IMPOSSIBLE_TRAVEL = rule({
  id: 'A0-LOG-10',
  title: 'Logins from places too far apart',
  family: 'login',
  severity: 'medium',
  attack: ['T1078'],
  kind: 'impossible travel',
  types: [...LOGIN_SUCCESSES, 'ssa'],
  why: 'Two logins of one user lie so far apart that nobody travels that fast: the account is probably used by two people.',
  tune: 'Not raised when both have the same TLS fingerprint, or a place without coordinates. It is low between two countries that the user logged in from on earlier days, as with a company VPN. Each pair of places is told once a day. Places come from Auth0 and are rough: raise distanceKm for mobile users.',
  todo: 'Ask the user which of the two places was theirs. If one was not: reset the password and revoke sessions and refresh tokens under User Management > Users > the user.',
  limits: { distanceKm: 500, speedKmPerHour: 1_000, windowHours: 24 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowHours }) => windowHours * HOUR_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      const origin = originOf(facts);
      if (entity === undefined || origin.point === undefined) return undefined;
      const note = facts.code === 'ssa' ? told('silent login', facts, 'of') : successNote(facts);
      return { entity, note, value: writeOrigin(origin) };
    },
    judge: (entries, context) => {
      const verdicts: Verdict[] = [];
      // Of each place and device the latest login is enough: it leaves the least time to travel.
      const latest = new Map<string, Login>();
      // Whoever comes home after the thief travels the same way again, and tells nothing new.
      const told = new Set<string>();
      for (const entry of entries) {
        const origin = latest.get(entry.value)?.origin ?? readOrigin(entry.value);
        const login = { entry, origin };
        for (const before of latest.values()) {
          if (!isTooFast(before, login, context.limits)) continue;
          const way = [placeOf(before), placeOf(login)].sort().join(' ');
          if (told.has(way)) continue;
          told.add(way);
          const severity = isCommute(before, login, context) ? 'low' : 'medium';
          verdicts.push({ evidence: [before.entry, entry], severity });
        }
        latest.delete(entry.value);
        latest.set(entry.value, login);
        const [oldest] = latest.keys();
        if (latest.size > ORIGINS_MAX && oldest !== undefined) latest.delete(oldest);
      }
      return verdicts;
    },
  },
});

/** With how many places and devices of a day a login is compared. */
const ORIGINS_MAX = 50;

interface Login {
  readonly entry: Entry;
  readonly origin: Origin;
}

const placeOf = ({ origin: { point } }: Login): string => `${point?.latitude},${point?.longitude}`;

interface TravelLimits {
  readonly distanceKm: number;
  readonly speedKmPerHour: number;
  readonly windowHours: number;
}

function isTooFast(before: Login, after: Login, limits: TravelLimits): boolean {
  const { point: from, tls } = before.origin;
  const { point: to } = after.origin;
  if (from === undefined || to === undefined) return false;
  if (tls !== undefined && tls === after.origin.tls) return false;
  const hours = (after.entry.ms - before.entry.ms) / HOUR_MS;
  const km = distanceKm(from, to);
  return (
    hours <= limits.windowHours && km > limits.distanceKm && km > limits.speedKmPerHour * hours
  );
}

/** Between two countries where the user was on earlier days; within one country there is no such excuse. */
function isCommute(before: Login, after: Login, context: JudgeContext): boolean {
  const isKnownThere = ({ entry, origin: { country } }: Login): boolean =>
    country !== undefined && isKnown(context, 'user-country', country, entry.ms);
  return (
    before.origin.country !== after.origin.country && isKnownThere(before) && isKnownThere(after)
  );
}

/** Rules about the way between two logins. */
export const TRAVEL_RULES = [IMPOSSIBLE_TRAVEL];
