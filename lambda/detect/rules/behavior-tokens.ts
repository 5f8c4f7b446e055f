import { at, type EventFacts, number, text } from '../../auth0/event-facts.ts';
import { HOUR_MS, MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, distinctAtLeast } from '../patterns/window.ts';
import {
  isNewCountry,
  isNewDevice,
  type Origin,
  originNetwork,
  originOf,
  readOrigin,
  writeOrigin,
} from '../reading/origin.ts';
import { brief, userOf } from '../reading/subject.ts';
import {
  type Entity,
  type Entry,
  rule,
  type Severity,
  type Signal,
  type Verdict,
} from '../rule.ts';
import { told } from './login-signals.ts';

const REUSE = rule({
  id: 'A0-UBH-01',
  title: 'Refresh token used twice',
  family: 'behavior',
  severity: 'low',
  attack: ['T1550.001'],
  kind: 'threshold',
  types: ['ferrt'],
  why: 'A refresh token that had been exchanged already came again: two programs hold it, and one may be a thief’s. Auth0 has revoked the whole family of tokens.',
  tune: 'A phone that loses its connection in the middle of an exchange does this too, so once is low. It is medium from a device that is new for the user, high from a new country or when it happens count times within windowHours. A reuse interval under Applications > the application > Refresh Token Rotation helps against harmless ones.',
  todo: 'Compare address and device with the user’s logins. If they are not the user’s, revoke sessions and refresh tokens under User Management > Users > the user, and reset the password.',
  limits: { count: 3, windowHours: 24 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowHours }) => windowHours * HOUR_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts) ?? familyOf(facts);
      if (entity === undefined || !isReuse(facts)) return undefined;
      const note = told('refresh token used again', facts);
      return { entity, note, value: writeOrigin(originOf(facts)) };
    },
    judge: (entries, context) =>
      atLeast(entries, 1, context.limits.windowHours * HOUR_MS, (window) => {
        const last = window.at(-1);
        const origin = readOrigin(last?.value ?? '');
        const ms = last?.ms ?? 0;
        if (window.length >= context.limits.count || isNewCountry(origin, context, ms))
          return 'high';
        return isNewDevice(origin, context, ms) ? 'medium' : 'low';
      }),
  },
});

/** The counters settle it; where an event has none, the text of the error says it. */
function isReuse({ details, description }: EventFacts): boolean {
  const counter = number(details['tokenCounter']);
  const latest = number(details['latestCounter']);
  if (counter !== undefined && latest !== undefined) return counter < latest;
  const said = [description, text(at(details, 'error', 'message'))];
  return said.some((words) => words !== undefined && /reuse/i.test(words.slice(0, 500)));
}

function familyOf({ details }: EventFacts): Entity | undefined {
  const family = text(details['familyId']);
  return family === undefined ? undefined : { kind: 'token-family', value: family };
}

const FAMILY_SPREAD = rule({
  id: 'A0-UBH-02',
  title: 'One refresh token in many places',
  family: 'behavior',
  severity: 'high',
  attack: ['T1550.001', 'T1539'],
  kind: 'distinct count',
  types: ['seacft', 'sertft'],
  why: 'Tokens of one family, which belong to one login on one device, were renewed from several countries or by several kinds of device: the token was copied. Many networks alone are medium.',
  tune: 'Phones change networks (/24 or /48) on the way, and servers that renew tokens for their users run on many: raise networkCount, or allow the application.',
  todo: 'Revoke the user’s sessions and refresh tokens under User Management > Users > the user > Devices, and find out where the application keeps its tokens. Turn on Refresh Token Rotation for it.',
  limits: { countryCount: 3, networkCount: 5, deviceCount: 3, windowHours: 24 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowHours }) => windowHours * HOUR_MS,
    match: (facts): Signal | undefined => {
      const family = familyOf(facts);
      if (family === undefined) return undefined;
      // A user has many families, most of them short-lived: remembered one by one they cost the most.
      const entity = userOf(facts) ?? family;
      const mark = family.value.slice(0, FAMILY_CHARS_MAX);
      const note = told('tokens renewed', facts);
      return { entity, mark, note, value: writeOrigin(originOf(facts)) };
    },
    judge: (entries, { limits }) => {
      const windowMs = limits.windowHours * HOUR_MS;
      const origins = new Set(entries.map(({ value }) => value));
      const { countryCount, deviceCount, networkCount } = limits;
      if (origins.size < Math.min(countryCount, deviceCount, networkCount)) return [];
      return [...Map.groupBy(entries, ({ mark }) => mark).values()].flatMap((family) => [
        ...spread(family, ({ country }) => country, countryCount, windowMs, 'high'),
        ...spread(family, ({ device }) => device, deviceCount, windowMs, 'high'),
        ...spread(family, originNetwork, networkCount, windowMs, 'medium'),
      ]);
    },
  },
});

const FAMILY_CHARS_MAX = 64;

/** Windows in which a part of the origins has at least `count` different values. */
function spread(
  entries: readonly Entry[],
  part: (origin: Origin) => string | undefined,
  count: number,
  windowMs: number,
  severity: Severity,
): Verdict[] {
  const originals = new Map<Entry, Entry>();
  for (const entry of entries) {
    const value = part(readOrigin(entry.value));
    if (value !== undefined) originals.set({ ...entry, value }, entry);
  }
  return distinctAtLeast([...originals.keys()], count, windowMs).map(({ evidence }) => ({
    evidence: evidence.map((entry) => originals.get(entry) ?? entry),
    severity,
  }));
}

const MANY_APPLICATIONS = rule({
  id: 'A0-UBH-12',
  title: 'One user enters many applications at once',
  family: 'behavior',
  severity: 'medium',
  attack: ['T1538'],
  kind: 'distinct count',
  types: ['seacft', 'ssa'],
  why: 'Within minutes one session was used for many applications: somebody looks around at what a stolen account can reach.',
  tune: 'A portal that opens its applications in the background does the same: raise count above the number that it opens.',
  todo: 'Ask the user. If it was not them, revoke sessions and refresh tokens under User Management > Users > the user, and look in each application at what was done.',
  limits: { count: 10, windowMinutes: 5 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts);
      if (entity === undefined || facts.clientId === undefined) return undefined;
      const note = told(`entry to ${brief(facts.clientName ?? facts.clientId)}`, facts, 'by');
      return { entity, note, value: facts.clientId };
    },
    judge: (entries, { limits }) =>
      distinctAtLeast(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

/** Rules about tokens and sessions in the wrong hands. */
export const TOKEN_RULES = [REUSE, FAMILY_SPREAD, MANY_APPLICATIONS];
