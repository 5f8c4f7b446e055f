import type { Credentials } from '../../lambda/auth0/credentials.ts';
import type { Auth0Domain } from '../../lambda/auth0/domain.ts';
import type { HttpAnswer } from '../../lambda/auth0/http.ts';
import type { Token } from '../../lambda/auth0/token.ts';
import type { Checkpoint } from '../../lambda/collect/checkpoint.ts';
import type { CollectorError } from '../../lambda/platform/errors.ts';

/** What the checks find out for one another. */
export interface Facts {
  readonly domain: Auth0Domain;
  /** The host name of the domain leads somewhere. */
  readonly isResolved: true;
  readonly greeting: Greeting;
  readonly credentials: Credentials;
  /** The credentials were accepted; what Auth0 said to them. */
  readonly tokenAnswer: TokenAnswer;
  /** The Management API is the right one, and open to the application. */
  readonly granted: TokenAnswer;
  readonly token: Token;
  /** The answer to a request for log events. */
  readonly logsAnswer: HttpAnswer;
  readonly checkpoint: Checkpoint;
}

/** The server answered to a first request. */
export interface Greeting {
  /** How far the clock of this machine is ahead of the server's, if that told its time. */
  readonly clockAheadMs: number | undefined;
}

export interface TokenAnswer {
  readonly token: Token | undefined;
  /** As Auth0 told them; undefined when it didn't. */
  readonly scopes: readonly string[] | undefined;
  /** Why the collector would not take the token. */
  readonly refusal: CollectorError | undefined;
}

/** The check that finds a fact out: what is named when the fact is missing. */
export const FOUND_BY: Readonly<Record<keyof Facts, string>> = {
  domain: 'domain',
  isResolved: 'dns',
  greeting: 'connection',
  credentials: 'secret',
  tokenAnswer: 'token',
  granted: 'audience',
  token: 'scopes',
  logsAnswer: 'logs',
  checkpoint: 'checkpoint',
};
