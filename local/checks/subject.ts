import type { Credentials } from '../../lambda/auth0/credentials.ts';
import type { Http } from '../../lambda/auth0/http.ts';
import type { Checkpoint } from '../../lambda/collect/checkpoint.ts';
import type { Clock } from '../../lambda/platform/clock.ts';
import type { PlanName } from '../../lambda/platform/names.ts';

/** The tenant that is checked, and how its surroundings are reached. */
export interface Subject {
  readonly tenant: string;
  readonly source: SubjectSource;
  /** Undefined for a tenant that is not collected yet: then there is nothing to ask about it. */
  readonly collection: SubjectCollection | undefined;
  readonly http: Http;
  readonly clock: Clock;
  /**
   * Looks a host name up and gives its addresses. Undefined behind a proxy, which looks up by
   * itself.
   */
  readonly lookUp: ((host: string) => Promise<readonly string[]>) | undefined;
}

/** Where the log events come from. */
export interface SubjectSource {
  readonly domain: string;
  /** Empty unless the domain is a custom one. */
  readonly canonicalDomain: string;
  /** The part of the rate limit that the collector may draw, in (0, 1]. */
  readonly rateShare: number;
  /** A tenant of `npm start`, which ends with it. */
  readonly isSimulated: boolean;
  readonly readCredentials: () => Promise<Credentials>;
  /** Those before the last rotation, if there are any. */
  readonly readPreviousCredentials: () => Promise<Credentials | undefined>;
}

/** What collects them. */
export interface SubjectCollection {
  readonly plan: PlanName;
  readonly loadCheckpoint: () => Promise<Checkpoint | undefined>;
  /** Undefined where nothing ticks by itself. */
  readonly rule: SubjectRule | undefined;
  readonly readQueue: () => Promise<QueueDepths>;
}

export interface SubjectRule {
  readonly name: string;
  readonly intervalMinutes: number;
  readonly isEnabled: () => Promise<boolean>;
}

/** Messages, as SQS counts them. */
export interface QueueDepths {
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}
