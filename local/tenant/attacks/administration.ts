/** What somebody does who has got hold of an administrator or of a program that manages the tenant. */
import type { CallTold } from '../traffic/management.ts';
import type { Person } from '../traffic/people.ts';
import type { Attack, Move, Stage } from './attack.ts';
import { applicationOf, byAdministrator, times } from './moves.ts';

const call = (
  method: CallTold['method'],
  description: string,
  path: string,
  body: CallTold['body'],
  status: number,
): CallTold => ({ method, description, path: `/api/v2/${path}`, body, status });

const administrator = ({ administrators, draw }: Stage): Person => draw.pick(administrators);

function tenantTakeover(stage: Stage): Move[] {
  const { population, attacker, newSession, draw } = stage;
  const stolen = administrator(stage);
  const session = newSession();
  const others = population.administrators.filter(({ userId }) => userId !== stolen.userId);
  const owner = `${draw.hex(8)}@example.net`;
  const made = (told: CallTold) => byAdministrator(stage, stolen, session, told, attacker);
  return [
    made(
      call(
        'post',
        'Create tenant invitations for a given client',
        'tenants/invitations',
        { owners: [owner], roles: ['owner'], tenant: stage.tenant.name },
        201,
      ),
    ),
    ...others.map(({ userId }) =>
      made(
        call(
          'delete',
          'Delete tenant member',
          `tenants/members/${encodeURIComponent(userId)}`,
          {},
          204,
        ),
      ),
    ),
  ];
}

const DELETED_USERS = 26;

function massDeletion(stage: Stage): Move[] {
  const { tenant, population, newSession, draw } = stage;
  const session = newSession();
  const pipeline = applicationOf(tenant, 'pipeline');
  const users = population.byKind.get('database') ?? [];
  const first = draw.below(users.length);
  return times(DELETED_USERS, (number) => {
    const userId = users[(first + number) % users.length]?.userId ?? '';
    return {
      code: 'sapi',
      cast: 'pipeline',
      person: administrator(stage),
      device: pipeline.server,
      application: pipeline,
      session,
      call: call('delete', 'Delete a User', `users/${encodeURIComponent(userId)}`, {}, 204),
    };
  });
}

function blindness(stage: Stage): Move[] {
  const { newSession, draw } = stage;
  const stolen = administrator(stage);
  const session = newSession();
  const made = (told: CallTold) => byAdministrator(stage, stolen, session, told, stage.attacker);
  const protection = 'attack-protection';
  const off = { enabled: false, shields: [], allowlist: [] };
  return [
    made(
      call(
        'patch',
        'Update Brute-force Protection settings',
        `${protection}/brute-force-protection`,
        { ...off, mode: 'count_per_identifier_and_ip', max_attempts: 10 },
        200,
      ),
    ),
    made(
      call(
        'patch',
        'Update Suspicious IP Throttling settings',
        `${protection}/suspicious-ip-throttling`,
        off,
        200,
      ),
    ),
    made(call('delete', 'Delete log stream', `log-streams/lst_${draw.digits(16)}`, {}, 204)),
  ];
}

const WANTED_SCOPES = ['read:users', 'update:users', 'create:clients', 'delete:log_streams'];

function privilegedClient(stage: Stage): Move[] {
  const { tenant, newSession, draw, bot } = stage;
  const stolen = administrator(stage);
  const session = newSession();
  const clientId = draw.alnum(32);
  const name = 'Report Helper';
  const made = (told: CallTold) => byAdministrator(stage, stolen, session, told);
  const audience = `https://${tenant.hostname}/api/v2/`;
  const settings = { name, app_type: 'non_interactive', grant_types: ['client_credentials'] };
  const known = applicationOf(tenant, 'machine');
  const server = { ...known.server, ip: bot(0).device.ip };
  const application = {
    ...known,
    clientId,
    name,
    audience,
    scopes: WANTED_SCOPES,
    server,
  };
  const program = { cast: 'machine', person: stolen, device: server, application, session };
  return [
    made({
      ...call('post', 'Create a client', 'clients', settings, 201),
      adds: { client_id: clientId, client_secret: 'REDACTED', is_first_party: true },
      secrets: ['client_secret'],
    }),
    made(
      call(
        'post',
        'Create client grant',
        'client-grants',
        { client_id: clientId, audience, scope: WANTED_SCOPES },
        201,
      ),
    ),
    { ...program, cast: 'machine', code: 'seccft' },
  ];
}

export const ADMINISTRATION = {
  'tenant-takeover': {
    title: 'A stranger is invited as owner of the tenant, and the administrators are removed',
    raises: ['A0-ADM-11', 'A0-ADM-12', 'A0-ADM-21'],
    events: 5,
    minutes: 10,
    moves: tenantTakeover,
  },
  'mass-deletion': {
    title: 'A program that may manage users deletes many of them',
    raises: ['A0-ADM-18'],
    events: DELETED_USERS,
    minutes: 5,
    moves: massDeletion,
  },
  'log-stream-removal': {
    title: 'Attack protection is switched off and the log stream removed',
    raises: ['A0-ADM-01', 'A0-ADM-10'],
    events: 3,
    minutes: 5,
    moves: blindness,
  },
  'privileged-client': {
    title: 'A new application is granted the Management API and uses it',
    raises: ['A0-ADM-07', 'A0-ADM-22'],
    events: 3,
    minutes: 15,
    moves: privilegedClient,
  },
} as const satisfies Record<string, Attack>;
