import { heavier } from '../incident.ts';
import { HOUR_MS } from '../patterns/spans.ts';
import { originNetwork, originOf, readOrigin, writeOrigin } from '../reading/origin.ts';
import {
  type Entry,
  type JudgeContext,
  rule,
  type Severity,
  type Signal,
  type Verdict,
} from '../rule.ts';
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
      const chains = chainsIn(entries, windowMs);
      if (chains.length === 0) return [];
      const strange = entries.flatMap((entry): Strange[] => {
        const severity = strangeness(entry, context);
        return severity === undefined ? [] : [{ entry, severity }];
      });
      const belong = ({ enrolment }: Chain, { entry }: Strange) =>
        Math.abs(enrolment.ms - entry.ms) <= windowMs;
      // Each chain with its strangest step, and each strange step with a chain: so none is left out.
      return [
        ...chains.flatMap((chain) => {
          const steps = strange.filter((step) => belong(chain, step));
          const [first, ...others] = steps;
          return first ? [verdict(chain, others.reduce(stranger, first))] : [];
        }),
        ...strange.flatMap((step) => {
          const chain = chains.find((one) => belong(one, step));
          return chain ? [verdict(chain, step)] : [];
        }),
      ];
    },
  },
});

/** A change, and the enrolment of a factor soon after. */
interface Chain {
  readonly change: Entry;
  readonly enrolment: Entry;
}

interface Strange {
  readonly entry: Entry;
  readonly severity: Severity;
}

function chainsIn(entries: readonly Entry[], windowMs: number): readonly Chain[] {
  const chains: Chain[] = [];
  let change: Entry | undefined;
  for (const entry of entries) {
    if (entry.mark === 'change') change = entry;
    if (entry.mark !== 'enrolment' || change === undefined) continue;
    if (entry.ms - change.ms <= windowMs) chains.push({ change, enrolment: entry });
  }
  return chains;
}

const stranger = (a: Strange, b: Strange): Strange =>
  heavier(a.severity, b.severity) === a.severity ? a : b;

function verdict({ change, enrolment }: Chain, { entry, severity }: Strange): Verdict {
  const evidence = [...new Set([change, enrolment, entry])].sort((a, b) => a.ms - b.ms);
  return { evidence, severity };
}

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
