import type { Effort } from './units.ts';

/** The functions whose work is counted. */
export type FunctionName = 'poller' | 'ingest';

/** What the deployed handlers take, counted on the embedded AWS. */
export interface Counted {
  /** A poll that finds nothing. */
  readonly idlePoll: Effort;
  /** What a poll takes more in a new execution environment. */
  readonly coldStart: Effort;
  /** What a poll takes more when the token is over. */
  readonly signIn: Effort;
  /** What a batch takes beyond its poll, from the page to the audit, when a million come a month. */
  readonly steadyBatch: Effort;
  /** The same of a full batch, when a backlog is collected. */
  readonly fullBatch: Effort;
  /** The custom metrics of a tenant that each function publishes. */
  readonly metrics: Readonly<Record<FunctionName, readonly string[]>>;
}
