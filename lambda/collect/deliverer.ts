import type { Cursor } from '../auth0/cursor.ts';
import type { SentRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import type { BatchQueue } from '../queue/send.ts';
import {
  type Checkpoint,
  commit,
  intend,
  type ReadBatch,
  withLease,
  withoutLease,
} from './checkpoint.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

export interface DelivererParts {
  readonly tenant: string;
  readonly checkpoints: CheckpointStore;
  readonly ledger: LedgerStore;
  readonly queue: BatchQueue;
  readonly clock: Clock;
  /** Names this invocation in the lease. */
  readonly owner: string;
}

/**
 * Takes batches through promise, send, note and commit, in this order and one after the other. It
 * holds the checkpoint of one poll; every write of it is made here.
 */
export class Deliverer {
  readonly delivered = { batches: 0, fetched: 0, rejected: 0, late: 0, backfilled: 0 };
  readonly #parts: DelivererParts;
  #checkpoint: Checkpoint;

  constructor(parts: DelivererParts, checkpoint: Checkpoint) {
    this.#parts = parts;
    this.#checkpoint = checkpoint;
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** One write: commits the batch before, whose sending must be over, and promises this one. */
  async promise(
    read: ReadBatch,
    change: (checkpoint: Checkpoint) => Checkpoint = (checkpoint) => checkpoint,
  ): Promise<void> {
    await this.#save(change(intend(commit(this.#checkpoint), read)), true);
  }

  /** Sends the promised batch and notes it in the ledger. */
  async sendAndNote(read: ReadBatch): Promise<SentRow> {
    const { queue, tenant } = this.#parts;
    const { row } = this.#pending();
    await queue.send(tenant, row.seq, read.batch);
    this.delivered.batches += 1;
    this.delivered.fetched += read.batch.count;
    this.delivered.rejected += read.batch.rejectedCount;
    if (read.isBackfill) this.delivered.backfilled += read.batch.count;
    else if (read.isLate) this.delivered.late += read.batch.count;
    await this.note();
    return row;
  }

  /** Notes the promised batch, which the queue or the archive has, in the ledger. */
  async note(): Promise<void> {
    const { ledger, tenant, clock } = this.#parts;
    await ledger.markSent(tenant, this.#pending(), new Date(clock.nowMs()));
  }

  /** Gives up what was promised and can't be had any more; another batch takes its place. */
  async promiseInstead(read: ReadBatch | undefined): Promise<void> {
    const { pending: _gone, ...rest } = this.#checkpoint;
    await this.#save(read === undefined ? rest : intend(rest, read), true);
  }

  /** Commits, moves the cursor and renews the lease; the poll goes on. */
  async keep(cursor: Cursor): Promise<void> {
    await this.#save({ ...commit(this.#checkpoint), cursor }, true);
  }

  /** The last write of a poll: commits, moves the cursor, and lets the lease go. */
  async end(cursor: Cursor, change: (checkpoint: Checkpoint) => Checkpoint): Promise<void> {
    await this.#save(change({ ...commit(this.#checkpoint), cursor }), false);
  }

  /** The last write of a poll that failed: the promise stays for the next one. */
  async abandon(change: (checkpoint: Checkpoint) => Checkpoint): Promise<void> {
    await this.#save(change(this.#checkpoint), false);
  }

  async #save(checkpoint: Checkpoint, isGoingOn: boolean): Promise<void> {
    const { checkpoints, tenant, owner, clock } = this.#parts;
    const leased = isGoingOn
      ? withLease(checkpoint, owner, clock.nowMs())
      : withoutLease(checkpoint);
    this.#checkpoint = await checkpoints.save(tenant, leased);
  }

  #pending() {
    const { pending } = this.#checkpoint;
    if (pending === undefined) throw new CollectorError('UNEXPECTED', 'A batch without a promise');
    return pending;
  }
}
