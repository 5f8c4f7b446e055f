import type { Effort } from './units.ts';

/** The functions whose work is counted. */
export type FunctionName = 'poller' | 'ingest' | 'detector' | 'compactor';

/** What the deployed handlers take, counted on the embedded AWS. */
export interface Counted {
  /** A poll that finds nothing. */
  readonly idlePoll: Effort;
  /** What a poll takes more in a new execution environment. */
  readonly coldStart: Effort;
  /** What a poll takes more when the token is over. */
  readonly signIn: Effort;
  /** A turn of the detector without new events. */
  readonly idleDetection: Effort;
  /** A turn of the compactor without new events. */
  readonly idleCompaction: Effort;
  /** What a batch takes beyond its poll, from the page to the audit, when a million come a month. */
  readonly steadyBatch: Effort;
  /** What its detection takes; ingest asks for it. */
  readonly steadyDetection: Effort;
  /** What a turn of the compactor takes for an hour of such batches, beyond an idle one. */
  readonly steadyCompaction: Effort;
  /** The same of a full batch, when a backlog is collected. */
  readonly fullBatch: Effort;
  readonly fullDetection: Effort;
  readonly fullCompaction: Effort;
  /** The custom metrics of a tenant that are published when nothing happens, and with events. */
  readonly metrics: Readonly<Record<'idle' | 'steady', readonly string[]>>;
}
