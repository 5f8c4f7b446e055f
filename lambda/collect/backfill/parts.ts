import type { Cursor } from '../../auth0/cursor.ts';
import type { Plan } from '../../auth0/plan.ts';
import type { Source } from '../../auth0/source.ts';
import type { LedgerRow } from '../../ledger/ledger-row.ts';
import type { LedgerStore } from '../../ledger/ledger-store.ts';
import type { ReadBatch } from '../checkpoint.ts';
import type { BatchLimits } from '../read-batch.ts';
import type { BackfillStore } from './store.ts';

/** What a poll lends to a backfill; all of it belongs to one tenant. */
export interface BackfillParts {
  readonly tenant: string;
  readonly plan: Plan;
  readonly source: Source;
  readonly ledger: LedgerStore;
  readonly backfills: BackfillStore;
  readonly limits: BatchLimits;
  /** Behind everything that the running collection has read. */
  readonly live: Cursor;
  readonly auditedSeq: number;
  readonly nowMs: () => number;
  readonly hasBudget: () => boolean;
  readonly pageRead: () => void;
  /** Saves the live cursor and renews the lease; one call at a time, of this or `deliver`. */
  readonly keep: () => Promise<void>;
  /** Promises, sends and notes a batch; returns its row. */
  readonly deliver: (
    read: ReadBatch,
  ) => Promise<Pick<LedgerRow, 'seq' | 'firstLogId' | 'lastLogId'>>;
}
