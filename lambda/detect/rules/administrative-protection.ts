import { BlockList, isIP } from 'node:net';
import { type ApiCall, boolean, object, texts } from '../../auth0/event-facts.ts';
import { deed } from '../reading/actor.ts';
import { type CallRow, callIn, isSuccess, requested, setting } from '../reading/call.ts';
import { brief } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';

/** The API changes these by PATCH; the dashboard has used other methods. */
const SET = 'PATCH PUT POST';

const FEATURES: readonly CallRow<string>[] = [
  [SET, 'attack-protection/brute-force-protection', 'brute-force protection'],
  [SET, 'attack-protection/suspicious-ip-throttling', 'suspicious IP throttling'],
  [SET, 'attack-protection/breached-password-detection', 'breached password detection'],
  [SET, 'attack-protection/bot-detection', 'bot detection'],
  [SET, 'attack-protection/phone-provider-protection', 'phone provider protection'],
];

const protectionOff = rule({
  id: 'A0-ADM-01',
  title: 'Attack protection switched off or no longer blocking',
  family: 'administrative',
  severity: 'high',
  attack: ['T1685'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'A protection against guessed or stolen passwords was switched off or set to watch only. Attackers who hold an administrator do this before they go for the users.',
  tune: 'Also raised when somebody saves a protection that was off before. Allow the client of a pipeline that owns these settings, or the administrator of a test tenant.',
  todo: 'Ask the person named whether this was meant. If not: switch it on again under Security > Attack Protection, end the sessions of that administrator and look at everything else they changed.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const feature = callIn(facts.call, FEATURES)?.meaning;
      const how = facts.call && feature && weakened(facts.call, feature);
      return how ? deed(facts, `${how} ${feature}`) : undefined;
    },
  },
});

function weakened(call: ApiCall, feature: string): string | undefined {
  if (boolean(setting(call, 'enabled')) === false) return 'switched off';
  if (boolean(setting(call, 'monitoring_mode_enabled')) === true) return 'only monitors with';
  const shields = setting(call, 'shields');
  if (!Array.isArray(shields) || texts(shields).includes('block')) return undefined;
  // An account that is locked for everybody needs no block of an address.
  const locksAccounts = setting(call, 'mode') === 'count_per_identifier';
  return feature === 'brute-force protection' && locksAccounts
    ? undefined
    : 'took the block out of';
}

/** Captcha settings are part of bot detection; the dashboard still saves them by an older path. */
const CHALLENGES: readonly CallRow<string>[] = [
  [SET, 'attack-protection/bot-detection', 'bot detection'],
  [SET, 'attack-protection/captcha', 'captcha'],
  [SET, 'anomaly/captcha', 'captcha'],
];
const CAPTCHA_DESCRIPTION = 'create or update the anomaly detection captcha';

const challengeOff = rule({
  id: 'A0-ADM-02',
  title: 'Bot challenge switched off for a way of logging in',
  family: 'administrative',
  severity: 'high',
  attack: ['T1685'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Programs can try passwords, codes or resets again without being asked for a captcha.',
  tune: 'Also raised when a policy that was off before is saved again. Allow the client of the pipeline that owns these settings.',
  todo: 'Ask the person named whether this was meant. If not: turn the challenge on again under Security > Attack Protection > Bot Detection, and look for failed logins since then.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const { call, description } = facts;
      const isDashboards = description?.toLowerCase() === CAPTCHA_DESCRIPTION;
      if (call === undefined) return undefined;
      if (callIn(call, CHALLENGES) === undefined && !(isDashboards && isSuccess(call))) {
        return undefined;
      }
      const off = policiesOff(call);
      return off.length > 0 ? deed(facts, `switched off ${brief(off.join(', '))}`) : undefined;
    },
  },
});

const POLICIES_MAX = 10;

/** The policies, whatever they are called, that are off now. */
function policiesOff({ requestBody, responseBody }: ApiCall): readonly string[] {
  const policies = { ...object(responseBody), ...object(requestBody) };
  return Object.entries(policies)
    .filter(([key, value]) => /policy$/i.test(key) && (value === 'off' || value === 'never'))
    .map(([key]) => key)
    .slice(0, POLICIES_MAX);
}

const ALLOWLIST_MAX = 1_000;

const allowListWidened = rule({
  id: 'A0-ADM-03',
  title: 'Address put on an allow list of attack protection',
  family: 'administrative',
  severity: 'high',
  attack: ['T1685'],
  kind: 'list match',
  types: ['sapi'],
  why: 'Attack protection leaves addresses on its allow lists alone. An attacker who adds their own can guess passwords without limit.',
  tune: 'List your own offices and monitors in knownNetworks: only other addresses raise it then. A saved list names all its entries, so an unknown one is raised at every save.',
  todo: 'Check whom the address belongs to. If nobody knows it, take it off under Security > Attack Protection and look for logins from it.',
  // As wide as this or wider is half the Internet rather than an office.
  limits: { criticalPrefixBitsV4: 8, criticalPrefixBitsV6: 32 },
  lists: { knownNetworks: [] as readonly string[] },
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts, { limits, lists }) => {
      const feature = callIn(facts.call, [...FEATURES, ...CHALLENGES])?.meaning;
      if (feature === undefined || facts.call === undefined) return undefined;
      const known = lists.knownNetworks.map(networkIn);
      const unknown = texts(requested(facts.call, 'allowlist'))
        .slice(0, ALLOWLIST_MAX)
        .filter((entry) => !isWithin(entry, known));
      const first = unknown[0];
      if (first === undefined) return undefined;
      const isWide = (entry: string) => {
        const { family, bits } = networkIn(entry);
        if (family === 0) return false;
        return bits <= (family === 4 ? limits.criticalPrefixBitsV4 : limits.criticalPrefixBitsV6);
      };
      const widest = unknown.find(isWide);
      const others = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
      const what = `let ${brief(widest ?? first)}${others} past ${feature}`;
      return deed(facts, what, { severity: widest === undefined ? 'high' : 'critical' });
    },
  },
});

interface Network {
  /** 4, 6, or 0 for what is no network. */
  readonly family: number;
  readonly address: string;
  readonly bits: number;
}

function networkIn(entry: string): Network {
  const [address = '', prefix] = entry.trim().split('/', 2);
  const family = isIP(address);
  const bitsMax = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? bitsMax : Number(prefix);
  const isNetwork = Number.isInteger(bits) && bits >= 0 && bits <= bitsMax;
  return { family: isNetwork ? family : 0, address, bits };
}

function isWithin(entry: string, known: readonly Network[]): boolean {
  const { family, address, bits } = networkIn(entry);
  if (family === 0) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  return known.some((network) => {
    if (network.family !== family || network.bits > bits) return false;
    const list = new BlockList();
    list.addSubnet(network.address, network.bits, type);
    return list.check(address, type);
  });
}

export const PROTECTION_RULES: readonly Rule[] = [protectionOff, challengeOff, allowListWidened];
