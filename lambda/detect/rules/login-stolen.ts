import { DAY_MS, MINUTE_MS } from '../patterns/spans.ts';
import { distinctAtLeast, marked } from '../patterns/window.ts';
import { isOwnOrigin, originOf, readOrigin, writeOrigin } from '../reading/origin.ts';
import { ipOf, userOf } from '../reading/subject.ts';
import { type Entry, rule, type Signal, type Verdict } from '../rule.ts';
import { LOGIN_SUCCESSES, loginFromIp, loginOfUser, successNote, told } from './login-signals.ts';

const LEAKED_PASSWORD = rule({
  id: 'A0-LOG-07',
  title: 'Leaked password used',
  family: 'login',
  severity: 'medium',
  attack: ['T1110.004', 'T1078'],
  kind: 'sequence',
  types: ['pwd_leak', 'reset_pwd_leak', 'signup_pwd_leak', ...LOGIN_SUCCESSES],
  why: 'Somebody used a password that is known from a leak of another site. It is high when the same user is then logged in from the same address: the thief may have found a way around the block.',
  tune: 'Auth0 logs this once an hour for an address, so it counts no attempts. It is low where the user came from a network, country, browser and TLS fingerprint of earlier days, and where a leaked password was merely refused at signup or reset.',
  todo: 'Have the user choose a new password (User Management > Users > the user > Reset password) and enrol a second factor. When a login followed that was not theirs, revoke sessions and refresh tokens as well.',
  limits: { windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): Signal | undefined => {
      const entity = userOf(facts) ?? ipOf(facts);
      if (entity === undefined) return undefined;
      const value = writeOrigin(originOf(facts));
      if (facts.type.outcome === 'success')
        return loginOfUser(facts) ?? { entity, mark: 'success', note: successNote(facts), value };
      const mark = facts.code === 'pwd_leak' ? 'leak' : 'refused';
      return { entity, mark, note: told(facts.type.name, facts), value };
    },
    judge: (entries, context) => {
      const isOwn = (entry: Entry) => isOwnOrigin(readOrigin(entry.value), context, entry.ms);
      const leaks = marked(entries, 'leak');
      const windowMs = context.limits.windowMinutes * MINUTE_MS;
      const logins = loginsAfter(entries, windowMs).map(
        ([leak, login]): Verdict => ({
          evidence: [leak, login],
          severity: isOwn(login) ? 'low' : 'high',
        }),
      );
      return [
        ...marked(entries, 'refused').map(
          (entry): Verdict => ({ evidence: [entry], severity: 'low' }),
        ),
        ...leaks.map((leak): Verdict => {
          return { evidence: [leak], severity: isOwn(leak) ? 'low' : 'medium' };
        }),
        ...logins,
      ];
    },
  },
});

/** Logins from an address that used a leaked password shortly before, with that use. */
function loginsAfter(entries: readonly Entry[], windowMs: number): [leak: Entry, login: Entry][] {
  const found: [Entry, Entry][] = [];
  if (!entries.some(({ mark }) => mark === 'leak')) return found;
  const leaks = new Map<string, Entry>();
  for (const entry of entries) {
    const { ip } = readOrigin(entry.value);
    if (ip === undefined) continue;
    if (entry.mark === 'leak') leaks.set(ip, entry);
    const leak = leaks.get(ip);
    if (entry.mark !== 'success' || leak === undefined) continue;
    if (entry.ms - leak.ms <= windowMs) found.push([leak, entry]);
  }
  return found;
}

const FLAGGED_ADDRESS = rule({
  id: 'A0-LOG-08',
  title: 'Login from an address that attacked before',
  family: 'login',
  severity: 'high',
  attack: ['T1078', 'T1110.004'],
  kind: 'sequence',
  types: ['limit_mu', 'f', 'fp', 'fu', 'fepft', 'fcoa', 'ss', ...LOGIN_SUCCESSES],
  why: 'An address that Auth0 blocked for many failed logins, or that tried the accounts of many users within an hour, has now entered an account. The password it found is probably right.',
  tune: 'Severity is low for users who came from the address on an earlier day or before the attack, and for an address that many users share. Accounts that were signed up from the address do not count. Allow the address of an office or a test system.',
  todo: 'Reset the password of each user in the timeline and revoke their sessions and refresh tokens (User Management > Users > the user). Block the address in a network access list, and look at what was done with these sessions.',
  limits: { userCount: 10, windowMinutes: 60, sharedUserCount: 5, days: 5 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ days }) => days * DAY_MS,
    match: (facts): Signal | undefined => {
      const ip = ipOf(facts);
      const user = userOf(facts)?.value ?? '';
      if (ip === undefined) return undefined;
      if (facts.code === 'limit_mu')
        return { entity: ip, mark: 'flag', note: told(facts.type.name, facts), value: '' };
      if (facts.code === 'ss')
        return { entity: ip, mark: 'signup', note: told('signup', facts, 'of'), value: user };
      return loginFromIp(facts);
    },
    judge: (entries, context) => {
      const { userCount, windowMinutes, sharedUserCount, days } = context.limits;
      const flags = flagsIn(entries, userCount, windowMinutes * MINUTE_MS);
      if (flags.length === 0) return [];
      const signedUp = new Set(marked(entries, 'signup').map(({ value }) => value));
      const logins = marked(entries, 'success').filter(({ value }) => !signedUp.has(value));
      const firstLogins = new Map(logins.toReversed().map(({ value, ms }) => [value, ms]));
      const told = new Set<Flag>();
      return logins.flatMap((login): Verdict[] => {
        const flag = flags.find(({ ms }) => ms <= login.ms && login.ms - ms <= days * DAY_MS);
        if (flag === undefined) return [];
        const before = [...firstLogins].filter(([, ms]) => ms < flag.ms);
        const cameBefore =
          before.some(([user]) => user === login.value) ||
          (context.daysSinceLast('ip-user', login.ms) !== undefined &&
            !context.isNew('ip-user', login.value, login.ms));
        const isHarmless = cameBefore || before.length >= sharedUserCount;
        const evidence = told.has(flag) ? [login] : [...flag.evidence, login];
        told.add(flag);
        return [{ evidence, severity: isHarmless ? 'low' : 'high' }];
      });
    },
  },
});

/** That an address attacked, and by what. */
interface Flag {
  readonly ms: number;
  readonly evidence: readonly Entry[];
}

/** All that makes the address suspicious, in time order. */
function flagsIn(entries: readonly Entry[], users: number, windowMs: number): readonly Flag[] {
  const waves = distinctAtLeast(marked(entries, 'failure'), users, windowMs);
  const blocks = marked(entries, 'flag').map((entry) => ({ evidence: [entry] }));
  return [...waves, ...blocks]
    .map(({ evidence }) => ({ ms: evidence.at(-1)?.ms ?? 0, evidence }))
    .sort((a, b) => a.ms - b.ms);
}

/** Rules about passwords and accounts that somebody else probably has by now. */
export const STOLEN_RULES = [LEAKED_PASSWORD, FLAGGED_ADDRESS];
