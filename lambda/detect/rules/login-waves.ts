import { Sliding } from '../patterns/sliding.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, distinctAtLeast, marked } from '../patterns/window.ts';
import { ipOf, TENANT, userOf } from '../reading/subject.ts';
import { type Entry, type History, rule, type Verdict } from '../rule.ts';
import { failureNote, isFailureHere, LOGIN_SUCCESSES, loginFromIp, told } from './login-signals.ts';
import { meanAndSpread } from './spread.ts';

const SPRAY = rule({
  id: 'A0-LOG-03',
  title: 'Many users fail from one address',
  family: 'login',
  severity: 'medium',
  attack: ['T1110.003', 'T1110.004'],
  kind: 'distinct count',
  types: ['f', 'fp', 'fu', 'fepft', 'fcoa', ...LOGIN_SUCCESSES],
  why: 'One address tries the accounts of many users: a common password on all of them, or a list of leaked ones. It is high when one of these users was then entered from there.',
  tune: 'An office or carrier behind one address fails a lot, but succeeds more: where as many users succeed as fail in the same hour, severity is low. Allow such an address, or raise count.',
  todo: 'Check that Security > Attack Protection > Suspicious IP Throttling is on and block the address in a network access list. Reset the password of every user that the timeline shows logging in from it.',
  limits: { count: 10, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: loginFromIp,
    judge: (entries, { limits }) =>
      sprayed(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

/** The failures of at least so many users within the window, and the logins of these users. */
function sprayed(entries: readonly Entry[], users: number, windowMs: number): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  if (marked(entries, 'failure').length < users) return verdicts;
  const window = new Sliding(windowMs);
  const lastFailure = new Map<string, Entry>();
  let wasWave = false;
  for (const entry of entries) {
    window.add(entry);
    const isWave = window.distinct('failure') >= users;
    const isShared = window.distinct('success') >= window.distinct('failure');
    if (entry.mark === 'failure') {
      lastFailure.set(entry.value, entry);
      const evidence = wasWave ? [entry] : marked(window.entries(), 'failure');
      if (isWave) verdicts.push({ evidence, severity: isShared ? 'low' : 'medium' });
    } else if (isWave && window.has('failure', entry.value)) {
      const failure = lastFailure.get(entry.value);
      const evidence = failure === undefined ? [entry] : [failure, entry];
      verdicts.push({ evidence, severity: isShared ? 'low' : 'high' });
    }
    wasWave = isWave;
  }
  return verdicts;
}

const BUCKET_MS = 5 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 4;
const BUCKETS_PER_HOUR = HOUR_MS / BUCKET_MS;

const WAVE = rule({
  id: 'A0-LOG-04',
  title: 'Wave of failed logins across the tenant',
  family: 'login',
  severity: 'high',
  attack: ['T1110.004'],
  kind: 'baseline',
  types: ['f', 'fp', 'fu', 'fcoa', 'pwd_leak', 'limit_wc', 'limit_mu', 'limit_sul'],
  why: 'Within five minutes the tenant had far more failed logins than at this hour of the week in the last four weeks. Leaked passwords tried from many addresses look like this, with no address standing out.',
  tune: 'Five minutes count when they have more failures than floorCount, and more than the mean plus so many standard deviations of the same hour in the last four weeks; while that hour is not known yet, of all that is known. A busy tenant may raise it once when its collection begins. A broken app or a password reset for everybody raises it too: see which application fails.',
  todo: 'Under Monitoring > Logs see which application and which countries the failures come from. Under Security > Attack Protection turn on bot detection and breached password detection, and look for the logins that succeeded meanwhile.',
  limits: { floorCount: 50, deviations: 4 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'baseline',
    bucketMs: BUCKET_MS,
    historyMs: WEEKS * WEEK_MS,
    match: (facts) =>
      facts.type.category === 'login-failure' && !isFailureHere(facts)
        ? undefined
        : { entity: TENANT, note: noteOfWave(facts) },
    floor: ({ floorCount }) => floorCount,
    ceiling: (history, bucketMs, { floorCount, deviations }) => {
      const { mean, spread } = meanAndSpread(comparable(history, bucketMs));
      return Math.max(floorCount, mean + deviations * spread);
    },
  },
});

const noteOfWave = (facts: Parameters<typeof failureNote>[0]): string =>
  facts.type.category === 'login-failure' ? failureNote(facts) : told(blockWords(facts), facts);

/** Counts of the same hour of the week, or of all that is known while there is no such hour. */
function comparable(history: History, bucketMs: number): readonly number[] {
  const firstMs = Math.min(...history.keys());
  const hourMs = Math.floor(bucketMs / HOUR_MS) * HOUR_MS;
  const sameHours = Array.from({ length: WEEKS }, (_, week) => hourMs - (week + 1) * WEEK_MS)
    .filter((startMs) => startMs >= firstMs)
    .flatMap((startMs) => countsFrom(history, startMs, BUCKETS_PER_HOUR));
  if (sameHours.length > 0) return sameHours;
  const known = Number.isFinite(firstMs) ? (bucketMs - firstMs) / BUCKET_MS : 0;
  return countsFrom(history, firstMs, known);
}

const countsFrom = (history: History, startMs: number, buckets: number): number[] =>
  Array.from({ length: buckets }, (_, bucket) => history.get(startMs + bucket * BUCKET_MS) ?? 0);

const ENUMERATION = rule({
  id: 'A0-LOG-05',
  title: 'User names tried out from one address',
  family: 'login',
  severity: 'medium',
  attack: ['T1589.001'],
  kind: 'distinct count',
  types: ['fu', 'fs', 'fcpr'],
  why: 'One address asks for many user names that do not exist, or exist already: somebody collects the names of your users.',
  tune: 'An import script or a test run does the same: allow its address, or raise count.',
  todo: 'Block the address in a network access list. See that signup and password reset answer alike for known and unknown users, and that bot detection is on under Security > Attack Protection.',
  limits: { count: 20, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts) => {
      const entity = ipOf(facts);
      const user = userOf(facts);
      if (entity === undefined || user === undefined) return undefined;
      const what = ASKED[facts.code] ?? 'unknown user name';
      return { entity, note: told(what, facts), value: user.value };
    },
    judge: (entries, { limits }) =>
      distinctAtLeast(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

const ASKED: Readonly<Record<string, string>> = {
  fs: 'signup refused',
  fcpr: 'password reset refused',
};

const BLOCKS = rule({
  id: 'A0-LOG-06',
  title: 'Attack protection stepped in',
  family: 'login',
  severity: 'low',
  attack: ['T1110'],
  kind: 'threshold',
  types: ['limit_wc', 'limit_mu', 'limit_sul', 'limit_delegation', 'gd_otp_rate_limit_exceed'],
  why: 'Auth0 blocked an address or a user because of too many attempts. One a day is ordinary; many within an hour are an attack that Auth0 is holding off.',
  tune: 'Large tenants see several blocks in any hour: set count to what a busy hour brings.',
  todo: 'See in the timeline whether the blocks hit one user, one address or many. Lift the block of a user who asks under User Management > Users > Unblock; leave the rest to run out.',
  limits: { count: 5, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts) => ({ entity: TENANT, note: told(blockWords(facts), facts) }),
    judge: (entries, { limits }) =>
      atLeast(entries, 1, limits.windowMinutes * MINUTE_MS, (window) =>
        window.length >= limits.count ? 'medium' : 'low',
      ),
  },
});

const blockWords = ({ type }: { readonly type: { readonly name: string } }): string => type.name;

/** Rules about failures that many users or the whole tenant have part in. */
export const WAVE_RULES = [SPRAY, WAVE, ENUMERATION, BLOCKS];
