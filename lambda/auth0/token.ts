import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import * as z from '../platform/schema.ts';
import { Secret } from '../platform/secret.ts';
import type { Credentials } from './credentials.ts';
import type { Auth0Domain } from './domain.ts';
import { tokenFailure } from './failure.ts';
import type { Http, HttpAnswer } from './http.ts';

/** A Management API token and when to stop using it. */
export interface Token {
  readonly value: Secret;
  readonly renewAtMs: number;
}

const TOKEN_ANSWER = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.number().check(z.positive()),
  scope: z.optional(z.string()),
});

const LOG_SCOPES = ['read:logs', 'read:logs_users'];
const RENEW_EARLY_MS = 5 * 60_000;

/**
 * Asks for a Management API token by client credentials.
 *
 * @throws {CollectorError} with the code that names the refusal
 */
export async function requestToken(
  http: Http,
  domain: Auth0Domain,
  credentials: Credentials,
  clock: Clock,
): Promise<Token> {
  const askedAtMs = clock.nowMs();
  const answer = await http({
    method: 'POST',
    url: `${domain.origin}/oauth/token`,
    form: {
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret.reveal(),
      audience: domain.audience,
    },
  });
  if (answer.status !== 200)
    throw tokenFailure(answer, domain.host, credentials.clientSecret, clock.nowMs());
  return readToken(answer, domain, askedAtMs);
}

function readToken(answer: HttpAnswer, domain: Auth0Domain, askedAtMs: number): Token {
  const parsed = TOKEN_ANSWER.safeParse(parseJson(answer.body));
  if (!parsed.success) {
    throw new CollectorError(
      'AUTH0_NOT_JSON',
      `${domain.host} answered 200 to the token request, but not with a token`,
    );
  }
  const { access_token, expires_in, scope } = parsed.data;
  // The scopes are told here already: a missing one shows before the first page is refused.
  const granted = scope?.split(' ');
  if (granted !== undefined && !LOG_SCOPES.some((wanted) => granted.includes(wanted))) {
    throw new CollectorError(
      'AUTH0_403_SCOPE',
      `The token of ${domain.host} does not have the scope read:logs (it has: ${scope?.slice(0, 200) || 'none'})`,
    );
  }
  const lifetimeMs = expires_in * 1000;
  return {
    value: new Secret(access_token),
    renewAtMs: askedAtMs + Math.max(lifetimeMs * 0.9, lifetimeMs - RENEW_EARLY_MS),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
