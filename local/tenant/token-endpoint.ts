import { type Answer, jsonAnswer } from './answer.ts';
import type { TokenIssuer } from './tokens.ts';

/** An application of the simulated tenant. */
export interface Application {
  clientId: string;
  clientSecret: string;
  /** False for an application without the grant "Client Credentials". */
  mayUseClientCredentials: boolean;
  /** Scopes of the Management API; undefined when the application is not authorised for it. */
  scopes: string[] | undefined;
}

export interface TokenEndpointParts {
  readonly applications: readonly Application[];
  readonly issuer: TokenIssuer;
  /** Host names whose `https://<host>/api/v2/` is the Management API. */
  readonly audienceHosts: () => readonly string[];
  readonly tokenLifetimeSeconds: number;
  readonly nowMs: () => number;
}

const refusal = (
  status: number,
  error: string,
  error_description: string,
  more: Readonly<Record<string, string>> = {},
): Answer => jsonAnswer(status, { error, error_description, ...more });

/** `POST /oauth/token` with the grant "client credentials". */
export function answerTokenRequest(
  parts: TokenEndpointParts,
  host: string,
  body: Readonly<Record<string, unknown>>,
): Answer {
  const audience = String(body['audience'] ?? '');
  if (body['grant_type'] !== 'client_credentials') {
    return refusal(403, 'unsupported_grant_type', `Unsupported grant type: ${body['grant_type']}`);
  }
  const application = parts.applications.find(({ clientId }) => clientId === body['client_id']);
  if (application === undefined || application.clientSecret !== body['client_secret']) {
    return refusal(401, 'access_denied', 'Unauthorized');
  }
  if (!application.mayUseClientCredentials) {
    return refusal(
      403,
      'unauthorized_client',
      "Grant type 'client_credentials' not allowed for the client.",
      { error_uri: 'https://auth0.com/docs/clients/client-grant-types' },
    );
  }
  if (!parts.audienceHosts().some((known) => audience === `https://${known}/api/v2/`)) {
    return refusal(403, 'access_denied', `Service not enabled within domain: ${audience}`);
  }
  if (application.scopes === undefined) {
    return refusal(
      403,
      'access_denied',
      `Client is not authorized to access "${audience}". You might probably want to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
    );
  }
  return grantToken(parts, host, application.clientId, application.scopes.join(' '), audience);
}

function grantToken(
  parts: TokenEndpointParts,
  host: string,
  clientId: string,
  scope: string,
  audience: string,
): Answer {
  const expiresAtMs = parts.nowMs() + parts.tokenLifetimeSeconds * 1000;
  const access_token = parts.issuer.issue(
    { clientId, scope, audience, expiresAtMs },
    `https://${host}/`,
  );
  return jsonAnswer(
    200,
    { access_token, scope, expires_in: parts.tokenLifetimeSeconds, token_type: 'Bearer' },
    { 'cache-control': 'no-store' },
  );
}
