import type { Clock } from '../platform/clock.ts';
import type { Secret } from '../platform/secret.ts';
import type { Credentials } from './credentials.ts';
import type { Auth0Domain } from './domain.ts';
import type { Http } from './http.ts';
import { requestToken, type Token } from './token.ts';

/**
 * Keeps the token of one tenant in the memory of the function: every token request writes an event
 * into the tenant's own log, so a collector that asked for one per poll would never be caught up.
 */
export interface TokenKeeper {
  current(): Promise<Secret>;
  /** Reads the credentials again and asks for a new token: after a refusal, once. */
  renew(): Promise<Secret>;
  /** Token requests since the keeper was made. */
  readonly requests: number;
}

export function createTokenKeeper(
  http: Http,
  domain: Auth0Domain,
  readCredentials: () => Promise<Credentials>,
  clock: Clock,
): TokenKeeper {
  let token: Token | undefined;
  let requests = 0;
  const renew = async (): Promise<Secret> => {
    token = undefined;
    const credentials = await readCredentials();
    requests += 1;
    token = await requestToken(http, domain, credentials, clock);
    return token.value;
  };
  return {
    current: async () =>
      token !== undefined && clock.nowMs() < token.renewAtMs ? token.value : renew(),
    renew,
    get requests() {
      return requests;
    },
  };
}
