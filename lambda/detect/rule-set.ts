import { BlockList, isIP } from 'node:net';
import type { EventFacts } from '../auth0/event-facts.ts';
import { entriesKept, type Keeps } from './entity-state.ts';
import type { ProfileDefinition, Profiles } from './profiles.ts';
import type { Limits, ProfileName, Rule, RuleContext } from './rule.ts';
import type { DetectionSettings } from './settings.ts';

/** A rule with the limits and lists that a tenant gave it. */
export interface TunedRule {
  readonly rule: Rule;
  readonly context: RuleContext;
  /** How much of what it saw is kept of an entity. */
  readonly keeps: Keeps;
}

/** The rules of one tenant, found by the type of an event. */
export interface RuleSet {
  rulesFor(code: string): readonly TunedRule[];
  profilesFor(code: string): readonly (readonly [ProfileName, ProfileDefinition])[];
  readonly profiles: Profiles;
  /** Rules that no event matches. */
  readonly absences: readonly TunedRule[];
  /** True when the tenant wants no incident from such an event. */
  isAllowed(facts: EventFacts): boolean;
}

/** Tunes the catalogue for one tenant. */
export function createRuleSet(
  rules: readonly Rule[],
  profiles: Profiles,
  settings: DetectionSettings,
  collectorClientId?: string,
): RuleSet {
  const tuned = rules
    .filter(({ id }) => !settings.off.includes(id))
    .map((rule): TunedRule => {
      const limits = { ...rule.limits, ...settings.limits[rule.id] };
      const lists = { ...rule.lists, ...settings.lists[rule.id] };
      return { rule, context: { limits, lists, collectorClientId }, keeps: keepsOf(rule, limits) };
    });
  const all = Object.entries(profiles) as [ProfileName, ProfileDefinition][];
  const forAll = tuned.filter(({ rule }) => rule.types === 'all');
  const byCode = groupByCode(tuned, ({ rule }) => rule.types);
  const profilesByCode = groupByCode(all, ([, { types }]) => types);
  return {
    rulesFor: (code) => byCode.get(code) ?? forAll,
    profilesFor: (code) => profilesByCode.get(code) ?? [],
    profiles,
    absences: tuned.filter(({ rule }) => rule.detection.kind === 'absence'),
    isAllowed: allowList(settings.allow),
  };
}

function keepsOf({ detection, kind }: Rule, limits: Limits): Keeps {
  const windowMs = detection.kind === 'window' ? detection.windowMs(limits) : 0;
  return { windowMs, entriesMax: entriesKept(limits), isDistinct: kind === 'distinct count' };
}

function groupByCode<T>(
  items: readonly T[],
  typesOf: (item: T) => readonly string[] | 'all',
): ReadonlyMap<string, readonly T[]> {
  const codes = new Set(items.flatMap((item) => typesOf(item)).filter((code) => code !== 'all'));
  return new Map(
    [...codes].map((code) => [
      code,
      items.filter((item) => typesOf(item) === 'all' || typesOf(item).includes(code)),
    ]),
  );
}

function allowList(allow: DetectionSettings['allow']): (facts: EventFacts) => boolean {
  const networks = new BlockList();
  for (const network of allow.ips) addNetwork(networks, network);
  const users = new Set(allow.users.map((user) => user.toLowerCase()));
  const clients = new Set(allow.clients);
  const isEmpty = allow.ips.length + users.size + clients.size === 0;
  const isUser = (user: string | undefined) => user !== undefined && users.has(user.toLowerCase());
  return ({ ip, userId, userName, clientId }) => {
    if (isEmpty) return false;
    if (isUser(userId) || isUser(userName)) return true;
    if (clientId !== undefined && clients.has(clientId)) return true;
    const family = isIP(ip ?? '');
    return family !== 0 && ip !== undefined && networks.check(ip, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function addNetwork(networks: BlockList, network: string): void {
  const [address = '', prefix] = network.split('/');
  const type = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) networks.addAddress(address, type);
  else networks.addSubnet(address, Number(prefix), type);
}
