import { DAY_MS, MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, followedBy } from '../patterns/window.ts';
import { isOwnOrigin, readOrigin } from '../reading/origin.ts';
import { userOf } from '../reading/subject.ts';
import { type History, rule } from '../rule.ts';
import { failureNote, isFailureHere, LOGIN_SUCCESSES, loginOfUser } from './login-signals.ts';
import { meanAndSpread } from './spread.ts';

const BRUTE_FORCE = rule({
  id: 'A0-LOG-01',
  title: 'Many failed logins of one user',
  family: 'login',
  severity: 'low',
  attack: ['T1110.001'],
  kind: 'threshold',
  types: ['f', 'fp', 'fepft', 'fcoa', 'fercft'],
  why: 'Somebody tries one password after the other on a single account, or a program goes on with an old one.',
  tune: 'Apps that repeat a stored password reach the count by themselves: raise count, or allow the address they come from. Refusals by an enterprise or social identity provider are not counted.',
  todo: 'Look at the addresses in the timeline. If they are not the user’s, check under Security > Attack Protection > Brute-force Protection that it is on, and have the user choose a new password.',
  limits: { count: 10, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: loginOfUser,
    judge: (entries, { limits }) =>
      atLeast(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

const GUESSED_PASSWORD = rule({
  id: 'A0-LOG-02',
  title: 'Login after many failed ones',
  family: 'login',
  severity: 'high',
  attack: ['T1110.001', 'T1078'],
  kind: 'sequence',
  types: ['f', 'fp', 'fepft', 'fcoa', ...LOGIN_SUCCESSES],
  why: 'After a row of failures the account was entered: the password may have been guessed.',
  tune: 'A user who forgot the password does the same; when the login comes from a network, country, browser and TLS fingerprint that the user had on earlier days, severity is low. Raise count if that is not enough.',
  todo: 'Ask the user whether the last login was theirs. If not: User Management > Users > the user, block it, reset the password, and revoke sessions and refresh tokens under Devices.',
  limits: { count: 5, windowMinutes: 30 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: loginOfUser,
    judge: (entries, context) => {
      const { count, windowMinutes } = context.limits;
      const windowMs = windowMinutes * MINUTE_MS;
      return followedBy(entries, 'failure', count, 'success', windowMs).map(({ evidence }) => {
        const login = evidence.at(-1);
        const isOwn =
          login !== undefined && isOwnOrigin(readOrigin(login.value), context, login.ms);
        return { evidence, severity: isOwn ? 'low' : 'high' };
      });
    },
  },
});

const HISTORY_DAYS = 7;

const SLOW_BRUTE_FORCE = rule({
  id: 'A0-LOG-13',
  title: 'User fails far more often than usual',
  family: 'login',
  severity: 'low',
  attack: ['T1110'],
  kind: 'baseline',
  types: ['f', 'fp', 'fu'],
  why: 'On one day the account had far more failed logins than on the seven days before: somebody may be guessing slowly, below the limits of brute-force protection.',
  tune: 'A day (UTC) counts when it has more failures than floorCount, and more than the mean of the last seven days plus so many standard deviations. Raise floorCount where users share accounts or apps repeat old passwords.',
  todo: 'Look at where the failures come from. If they are not the user’s own, block the addresses under Security > Attack Protection or the network access lists, and tell the user to choose a new password.',
  limits: { floorCount: 10, deviations: 3 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'baseline',
    bucketMs: DAY_MS,
    historyMs: HISTORY_DAYS * DAY_MS,
    match: (facts) => {
      const entity = userOf(facts);
      if (entity === undefined || !isFailureHere(facts)) return undefined;
      return { entity, note: failureNote(facts) };
    },
    floor: ({ floorCount }) => floorCount,
    ceiling: (history, dayMs, { floorCount, deviations }) => {
      const { mean, spread } = meanAndSpread(countsBefore(history, dayMs));
      return Math.max(floorCount, mean + deviations * spread);
    },
  },
});

const countsBefore = (history: History, dayMs: number): number[] =>
  Array.from({ length: HISTORY_DAYS }, (_, day) => history.get(dayMs - (day + 1) * DAY_MS) ?? 0);

/** Rules about passwords tried on one account. */
export const GUESSING_RULES = [BRUTE_FORCE, GUESSED_PASSWORD, SLOW_BRUTE_FORCE];
