import { at, boolean, type EventFacts, text, texts } from '../../auth0/event-facts.ts';
import { distinctAtLeast, distinctValues, marked } from '../patterns/window.ts';
import { actorOf, deed, isOwnAccount } from '../reading/actor.ts';
import { type CallRow, callIn, isCall, isSuccess, requested, setting } from '../reading/call.ts';
import { networkOf } from '../reading/network.ts';
import { brief, TENANT } from '../reading/subject.ts';
import { type Entry, type Rule, rule, type Verdict } from '../rule.ts';

const MINUTE_MS = 60_000;

/** The dashboard's own calls are in no published list; where their path is not known, the words count. */
const INVITED_DESCRIPTION = 'create tenant invitations for a given client';
const REMOVED_DESCRIPTION = 'delete tenant member';

const MEMBERSHIP: readonly CallRow<'invited' | 'joined' | 'promoted'>[] = [
  ['POST', 'tenants/invitations', 'invited'],
  ['PATCH PUT', 'tenants/invitations/{id}', 'joined'],
  ['POST PATCH PUT', 'tenants/members/{id}', 'promoted'],
  ['POST PATCH PUT', 'tenants/members/{id}/roles', 'promoted'],
];

interface Membership {
  readonly what: string;
  /** May change everything, other administrators included. */
  readonly isPowerful: boolean;
  readonly hasJoined: boolean;
}

function membershipOf({ call, description }: EventFacts): Membership | undefined {
  if (call === undefined || !isSuccess(call)) return undefined;
  const isInvitation = description?.toLowerCase() === INVITED_DESCRIPTION;
  const way = callIn(call, MEMBERSHIP)?.meaning ?? (isInvitation ? 'invited' : undefined);
  if (way === undefined) return undefined;
  if (way === 'joined') {
    const who = text(at(call.requestBody, 'user', 'email')) ?? 'somebody';
    const hasJoined = requested(call, 'state') === 'accepted';
    return hasJoined ? { what: `${brief(who)} joined`, isPowerful: false, hasJoined } : undefined;
  }
  const roles = texts(requested(call, 'roles'));
  const isPowerful = roles.some((role) => /^(?:tenant[ _-])?(?:owner|admin)$/i.test(role));
  const whom = texts(requested(call, 'owners')).join(', ') || 'a member';
  const as = roles.length > 0 ? ` as ${brief(roles.join(', '), 30)}` : '';
  return { what: `${way} ${brief(whom)}${as}`, isPowerful, hasJoined: false };
}

const administratorInvited = rule({
  id: 'A0-ADM-11',
  title: 'Administrator invited to the tenant, or joined it',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1136.003', 'T1098'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'A new administrator is a way back in for somebody who should be out. Roles that may not change other administrators are low.',
  tune: 'Rare in most tenants. Tenants of a team with single sign-on do this elsewhere and log nothing here.',
  todo: 'Check under Settings > Tenant Members that the person named was asked for by somebody you know. If not: remove them, and the one who invited them.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const membership = membershipOf(facts);
      if (membership === undefined) return undefined;
      const { what, isPowerful, hasJoined } = membership;
      return deed(facts, hasJoined ? `let in: ${what}` : what, {
        severity: isPowerful || hasJoined ? 'medium' : 'low',
      });
    },
  },
});

const REMOVALS: readonly CallRow<true>[] = [
  ['DELETE', 'tenants/members/{id}', true],
  ['DELETE', 'tenants/{tenant}/members/{id}', true],
  ['DELETE', 'tenants/owners/{id}', true],
  ['DELETE', 'tenant-members/{id}', true],
  ['DELETE', 'owners/{id}', true],
];

/** The administrator who was removed; by the id of the event when the path doesn't say. */
function memberRemoved({ call, description, logId }: EventFacts): string | undefined {
  if (call === undefined || !isSuccess(call)) return undefined;
  const removed = callIn(call, REMOVALS);
  if (removed !== undefined) return removed.parts['id'];
  return description?.toLowerCase() === REMOVED_DESCRIPTION ? logId : undefined;
}

const takeover = rule({
  id: 'A0-ADM-12',
  title: 'Tenant being taken over: administrator added, others removed',
  family: 'administrative',
  severity: 'critical',
  attack: ['T1098', 'T1531'],
  kind: 'sequence',
  types: ['sapi'],
  why: 'Within an hour an administrator was added and others were removed. That is how somebody locks the owners out of their tenant.',
  tune: 'Raise removedCount when teams are moved in and out at once.',
  todo: 'Call an owner now: log in to the dashboard while you can, remove the newcomer under Settings > Tenant Members, and ask Auth0 support for help if nobody can log in.',
  limits: { removedCount: 2, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts) => {
      const removed = memberRemoved(facts);
      if (removed !== undefined) {
        const more = { entity: TENANT, mark: 'removed', value: removed };
        return deed(facts, 'removed an administrator', more);
      }
      const membership = membershipOf(facts);
      const isAdded = membership?.isPowerful === true || membership?.hasJoined === true;
      return isAdded ? deed(facts, membership.what, { entity: TENANT, mark: 'added' }) : undefined;
    },
    judge: (entries, { limits }) =>
      takeovers(entries, limits.removedCount, limits.windowMinutes * MINUTE_MS),
  },
});

/** Windows with an addition and enough removals, in any order. */
const takeovers = (entries: readonly Entry[], count: number, windowMs: number): Verdict[] =>
  entries.flatMap((last, index) => {
    const evidence = entries.slice(0, index + 1).filter(({ ms }) => last.ms - ms <= windowMs);
    const isAdded = marked(evidence, 'added').length > 0;
    return isAdded && distinctValues(marked(evidence, 'removed')) >= count ? [{ evidence }] : [];
  });

const massRemoval = rule({
  id: 'A0-ADM-18',
  title: 'Many users deleted or blocked at once',
  family: 'administrative',
  severity: 'high',
  attack: ['T1531'],
  kind: 'distinct count',
  types: ['sapi'],
  why: 'One administrator or program locked many users out within minutes.',
  tune: 'Raise count to what your clean-up jobs do, or allow their client.',
  todo: 'Ask the person or owner of the program named. If nobody knows: revoke its access under Applications > APIs > Auth0 Management API, and bring the users back from an export.',
  limits: { count: 20, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts) => {
      const deleted = isCall(facts.call, 'DELETE', 'users/{id}')?.['id'];
      if (deleted !== undefined) {
        return deed(facts, `deleted user ${brief(deleted)}`, { value: deleted });
      }
      const changed = isCall(facts.call, 'PATCH', 'users/{id}')?.['id'];
      const blocks = facts.call && boolean(requested(facts.call, 'blocked')) === true;
      if (changed === undefined || !blocks) return undefined;
      return deed(facts, `blocked user ${brief(changed)}`, { value: changed });
    },
    judge: (entries, { limits }) =>
      distinctAtLeast(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

const usersExported = rule({
  id: 'A0-ADM-19',
  title: 'All users exported',
  family: 'administrative',
  severity: 'high',
  attack: ['T1213'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'A job wrote the profiles of all users of a connection into one file for download.',
  tune: 'Allow the client of a backup that exports by plan.',
  todo: 'Ask the person named where the file went. If nobody knows: treat the profiles as disclosed, and end the sessions of that administrator.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      if (isCall(facts.call, 'POST', 'jobs/users-exports') === undefined) return undefined;
      const connection = facts.call && text(setting(facts.call, 'connection_id'));
      return deed(facts, `exported the users of ${brief(connection ?? 'all connections')}`);
    },
  },
});

/** The places of an administrator, as the values of their profile. */
export function placesOf(facts: EventFacts): { country?: string; network?: string } {
  if (actorOf(facts).entity.kind !== 'user' || isOwnAccount(facts)) return {};
  const country = facts.place?.countryCode;
  const network = facts.ip && networkOf(facts.ip);
  return {
    ...(country !== undefined && { country: `country ${country.slice(0, 8).toUpperCase()}` }),
    ...(network !== undefined && { network: `network ${network}` }),
  };
}

const newPlace = rule({
  id: 'A0-ADM-21',
  title: 'Administrator active from a new place',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1078.004'],
  kind: 'first seen',
  types: ['sapi', 'mgmt_api_read'],
  why: 'An administrator works from a country that they were not seen in for 30 days. A new network in a known country is low: at home addresses change.',
  tune: 'It learns ten events of an administrator, or a week, before it says anything. Travel raises it once per country.',
  todo: 'Ask the administrator by another way whether it was them. If not: end their sessions, reset their password and factors, and undo what they changed.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'first-seen',
    profile: 'administrator-place',
    match: (facts) => {
      const { country, network } = placesOf(facts);
      return [
        ...(country ? [deed(facts, 'works from a new country', { value: country })] : []),
        ...(network
          ? [deed(facts, 'works from a new network', { value: network, severity: 'low' })]
          : []),
      ];
    },
  },
});

export const PEOPLE_RULES: readonly Rule[] = [
  administratorInvited,
  takeover,
  massRemoval,
  usersExported,
  newPlace,
];
