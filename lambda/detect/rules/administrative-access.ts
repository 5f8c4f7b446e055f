import { at, type EventFacts, text } from '../../auth0/event-facts.ts';
import { actorOf, deed, isOwnAccount } from '../reading/actor.ts';
import { type CallRow, callIn, isSuccess } from '../reading/call.ts';
import { brief, TENANT } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';
import { CRITICAL_SCOPES, isManagementApi } from './administrative-clients.ts';
import { byWeight, MEMORY_MS } from './administrative-weight.ts';

export const ACCESS_CALLS: readonly CallRow<string>[] = [
  ['POST', 'users/{id}/roles', 'gave roles to user'],
  ['POST', 'users/{id}/permissions', 'gave permissions to user'],
  ['POST', 'roles/{id}/users', 'added users to role'],
  ['POST', 'roles/{id}/groups', 'added groups to role'],
  ['POST', 'roles/{id}/permissions', 'added permissions to role'],
  ['POST', 'groups/{id}/roles', 'gave roles to group'],
  ['POST', 'organizations/{organization}/members/{id}/roles', 'gave roles to member'],
  ['POST', 'organizations/{organization}/groups/{id}/roles', 'gave roles to group'],
];

const VALUES_MAX = 200;

/** What a call grants: role ids or names, and permissions. */
function grantsOf({ call }: EventFacts): { names: readonly string[]; isManagement: boolean } {
  const roles = [call?.requestBody, call?.responseBody].flatMap((body) =>
    itemsAt(body, 'roles').map((item) => text(item) ?? text(at(item, 'name'))),
  );
  const permissions = itemsAt(call?.requestBody, 'permissions').map((item) => ({
    name: text(at(item, 'permission_name')),
    api: text(at(item, 'resource_server_identifier')),
  }));
  const named = [...roles, ...permissions.map(({ name }) => name)];
  return {
    names: [...new Set(named.filter((name) => name !== undefined))],
    isManagement: permissions.some(
      ({ name = '', api = '' }) => isManagementApi(api) && CRITICAL_SCOPES.includes(name),
    ),
  };
}

function itemsAt(body: unknown, key: string): readonly unknown[] {
  const items = at(body, key);
  return Array.isArray(items) ? items.slice(0, VALUES_MAX) : [];
}

const roleGranted = rule({
  id: 'A0-ADM-13',
  title: 'Role or permission granted',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1098.003'],
  kind: 'list match',
  types: ['sapi'],
  why: 'Somebody may do more than before. High when what was granted sounds like an administrator or may change the tenant by the Management API; low for somebody who grants roles all the time.',
  tune: 'The log knows most roles by id only: put the ids of powerful ones into privilegedRoles. Allow the client that assigns roles at sign-up.',
  todo: 'Check under User Management > Roles who has the role now. If nobody asked for it: take it away, and look at what the person who granted it did else.',
  limits: {},
  lists: { privilegedRoles: ['admin', 'owner'] as readonly string[] },
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => MEMORY_MS,
    match: (facts, { lists }) => {
      const change = callIn(facts.call, ACCESS_CALLS);
      if (change === undefined) return undefined;
      const target = change.parts['id'] ?? '';
      const words = lists.privilegedRoles.map((word) => word.toLowerCase());
      const sounds = (grant: string) => words.some((word) => grant.toLowerCase().includes(word));
      const { names, isManagement } = grantsOf(facts);
      const isPrivileged =
        isManagement || names.some(sounds) || (change.meaning.endsWith('role') && sounds(target));
      const list = names.length > 0 ? `: ${brief(names.join(', '))}` : '';
      return deed(facts, `${change.meaning} ${brief(target, 40)}${list}`, {
        value: 'access',
        mark: isPrivileged ? 'high' : 'routine',
      });
    },
    judge: byWeight,
  },
});

const DASHBOARD = 'https://manage.auth0.com';
/** The application that Auth0 makes for trying out the Management API: its token may do everything. */
const EXPLORER_NAME = 'api explorer application';

/** Who uses the Management API in this event, as values of the tenant's profile. */
export function managersOf(facts: EventFacts): readonly string[] {
  const { clientId, code, call } = facts;
  if (code === 'seccft') {
    const isManagement = facts.audience !== undefined && isManagementApi(facts.audience);
    return isManagement && clientId !== undefined ? [`client ${clientId}`] : [];
  }
  if ((call !== undefined && !isSuccess(call)) || isOwnAccount(facts)) return [];
  const { entity } = actorOf(facts);
  const channel = text(at(facts.details, 'request', 'channel'));
  const isDashboard = channel?.startsWith(DASHBOARD) === true;
  return [
    ...(clientId === undefined ? [] : [`client ${clientId}`]),
    ...(isDashboard && entity.kind === 'user' ? [`user ${entity.value}`] : []),
  ];
}

const newManager = rule({
  id: 'A0-ADM-22',
  title: 'First use of the Management API by an application or administrator',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1528'],
  kind: 'first seen',
  types: ['seccft', 'sapi', 'mgmt_api_read'],
  why: 'An application or a person who was not seen managing this tenant in 90 days does so now. The token of the API Explorer is always raised: it may do everything, and is there to be copied.',
  tune: 'It learns who manages the tenant for two weeks, or fifty events, before it says that anybody is new. List other clients that must never be used in explorerClients.',
  todo: 'Ask who set the application up, or invited the person. If nobody knows: revoke its grant under Applications > APIs > Auth0 Management API, rotate its secret, and look for what it did.',
  limits: {},
  lists: { explorerClients: [] as readonly string[] },
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => MEMORY_MS,
    match: (facts, { lists }) => {
      const { clientId = '', clientName = '' } = facts;
      const isExplorer =
        lists.explorerClients.includes(clientId) || clientName.toLowerCase() === EXPLORER_NAME;
      return managersOf(facts).map((value) =>
        deed(facts, isExplorer ? 'used the API Explorer' : 'used the Management API', {
          entity: TENANT,
          value,
          mark: isExplorer ? 'explorer' : 'manager',
        }),
      );
    },
    judge: (entries, context) =>
      entries
        .filter(
          ({ mark, value, ms }) =>
            mark === 'explorer' || context.isNew('client-management-api', value, ms),
        )
        .map((entry) => ({ evidence: [entry] })),
  },
});

export const ACCESS_RULES: readonly Rule[] = [roleGranted, newManager];
