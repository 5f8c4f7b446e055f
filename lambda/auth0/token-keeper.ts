import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import type { Secret } from '../platform/secret.ts';
import type { Credentials } from './credentials.ts';
import type { Auth0Domain } from './domain.ts';
import type { Http } from './http.ts';
import { openToken, sealToken } from './sealed-token.ts';
import { requestToken, type Token } from './token.ts';
import type { TokenStore } from './token-store.ts';

/**
 * Keeps the token of one tenant, in memory and sealed in a store: every token request writes an
 * event into the tenant's own log, so a collector that asked for one per poll would never be caught
 * up.
 */
export interface TokenKeeper {
  current(): Promise<Secret>;
  /**
   * Reads the credentials again and asks for a new token, unless another request that was refused
   * did that already.
   */
  renew(refused: Secret): Promise<Secret>;
  /** Token requests since the keeper was made. */
  readonly requests: number;
}

export interface TokenKeeperParts {
  readonly http: Http;
  readonly domain: Auth0Domain;
  readonly readCredentials: () => Promise<Credentials>;
  /** The credentials before the last rotation, if there are any. */
  readonly readPreviousCredentials: () => Promise<Credentials | undefined>;
  readonly store: TokenStore;
  readonly clock: Clock;
}

export function createTokenKeeper(parts: TokenKeeperParts): TokenKeeper {
  const { http, domain, store, clock } = parts;
  let token: Token | undefined;
  let requests = 0;

  const isFresh = (candidate: Token | undefined): candidate is Token =>
    candidate !== undefined && clock.nowMs() < candidate.renewAtMs;

  const requestWith = async (credentials: Credentials): Promise<Token> => {
    requests += 1;
    const requested = await requestToken(http, domain, credentials, clock);
    // Kept in memory first: when the store fails, trying again must not cost another token.
    token = requested;
    await store.save(sealToken(requested, credentials, domain.audience));
    return requested;
  };

  /** While a rotation is under way, Auth0 may still know the secret before only. */
  const request = async (credentials: Credentials): Promise<Token> => {
    try {
      return await requestWith(credentials);
    } catch (thrown) {
      if (!(thrown instanceof CollectorError) || thrown.code !== 'AUTH0_401_CREDENTIALS') {
        throw thrown;
      }
      const previous = await parts.readPreviousCredentials();
      if (previous === undefined) throw thrown;
      return await requestWith(previous).catch(() => {
        throw thrown;
      });
    }
  };

  const find = async (): Promise<Token> => {
    const credentials = await parts.readCredentials();
    const sealed = await store.load();
    const kept = sealed && openToken(sealed, credentials, domain.audience);
    return isFresh(kept) ? kept : request(credentials);
  };

  /** Requests may overlap; all of them wait for one token. */
  let finding: Promise<Token> | undefined;
  const findOnce = async (how: () => Promise<Token>): Promise<Secret> => {
    finding ??= how().finally(() => {
      finding = undefined;
    });
    token = await finding;
    return token.value;
  };

  return {
    current: async () => (isFresh(token) ? token.value : findOnce(find)),
    renew: async (refused) => {
      if (token?.value === refused) token = undefined;
      if (isFresh(token)) return token.value;
      return findOnce(async () => request(await parts.readCredentials()));
    },
    get requests() {
      return requests;
    },
  };
}
