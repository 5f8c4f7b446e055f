/** Calls of the Management API, from the dashboard and from the deployment pipeline. */

import { createDocuments } from './documents.ts';
import type { CommonField, Fields, Shape, Shapes } from './fields.ts';
import { type Call, CONFIGURATION, SUPPORT } from './management-calls.ts';
import type { Scene } from './scene.ts';

const CARRIES: readonly CommonField[] = ['ip', 'user_agent', 'location_info'];
const BY_HAND = [...CONFIGURATION, ...SUPPORT];
const SECRETS = ['client_secret', 'signing_keys', 'options.client_secret'];

/** The client's id: Auth0's dashboard is a client without a name. */
function caller(s: Scene): Fields {
  const { tenant, application, person } = s;
  return s.cast === 'administrator'
    ? { client_id: tenant.dashboardClientId, client_name: '', user_id: person.userId }
    : {
        client_id: application.clientId,
        client_name: application.name,
        auth0_client: application.sdk,
      };
}

function authentication(s: Scene): Fields {
  const { person, application, session } = s;
  const credentials = { jti: session.transactionId };
  return s.cast === 'administrator'
    ? {
        user: { user_id: person.userId, name: person.name, email: person.email },
        strategy: 'jwt',
        credentials,
      }
    : { user: {}, strategy: 'jwt', credentials: { ...credentials, scopes: application.scopes } };
}

/** One call of the Management API, all said. */
export interface CallTold {
  readonly method: Call['method'];
  readonly description: string;
  readonly path: string;
  readonly body: Fields;
  readonly status: number;
  /** What the answer adds to the echo of the request. */
  readonly adds?: Fields;
  readonly secrets?: readonly string[];
}

/** What the event of a call carries of its own. */
function callFields(s: Scene, call: CallTold): Fields {
  const { method, path, body, status, adds, secrets } = call;
  return {
    description: call.description,
    ...caller(s),
    details: {
      ...(secrets === undefined ? {} : { accessedSecrets: secrets }),
      request: request(s, method, path, body),
      response: { statusCode: status, body: status === 204 ? {} : { ...adds, ...body } },
    },
  };
}

/** The shape of the event of one call. */
export const shapeOfCall = (call: CallTold): Shape => ({
  carries: CARRIES,
  own: (s) => callFields(s, call),
});

function request(s: Scene, method: string, path: string, body: Fields): Fields {
  return {
    method,
    path,
    query: {},
    userAgent: s.device.raw,
    body,
    channel: s.cast === 'administrator' ? 'https://manage.auth0.com/' : 'api',
    ip: s.device.ip,
    auth: authentication(s),
  };
}

function drawCall(s: Scene): Call {
  const calls = s.cast === 'administrator' ? BY_HAND : CONFIGURATION;
  const total = calls.reduce((sum, { weight }) => sum + weight, 0);
  let ticket = (s.draw.bits() / 0x1_0000_0000) * total;
  for (const call of calls) {
    ticket -= call.weight;
    if (ticket < 0) return call;
  }
  throw new Error('there are no calls to draw from');
}

/** The shapes of the Management API's events; `seed` decides what long documents look like. */
export function createManagement(seed: number): Shapes {
  const documents = createDocuments(seed);
  const change: Shape = {
    carries: CARRIES,
    own: (s) => {
      const { method, description, status, secrets, ...call } = drawCall(s);
      return callFields(s, {
        method,
        description,
        status,
        path: call.path(s),
        body: call.body(s, documents),
        ...(call.adds !== undefined && status !== 204 && { adds: call.adds(s) }),
        ...(secrets !== undefined && { secrets }),
      });
    },
  };
  const read: Shape = {
    carries: CARRIES,
    own: (s) => ({
      description: 'Get a client',
      ...caller(s),
      details: {
        accessedSecrets: SECRETS.slice(0, 1 + s.draw.below(2)),
        request: {
          ...request(s, 'get', `/api/v2/clients/${s.application.clientId}`, {}),
          query: { fields: 'client_id,client_secret,signing_keys' },
        },
        response: {
          statusCode: 200,
          body: { client_id: s.application.clientId, client_secret: 'REDACTED' },
        },
      },
    }),
  };
  return { sapi: change, mgmt_api_read: read };
}
