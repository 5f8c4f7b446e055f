import type { Source, SourceCounts } from '../auth0/source.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import type { Clock } from '../platform/clock.ts';
import { asCollectorError, CollectorError } from '../platform/errors.ts';
import type { BatchQueue } from '../queue/send.ts';
import { pollBudget } from './budget.ts';
import {
  type Checkpoint,
  commit,
  firstCheckpoint,
  intend,
  isLeased,
  type ReadBatch,
  recentIds,
  withLease,
  withoutLease,
} from './checkpoint.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { type Budget, type ReadResult, readBatch } from './read-batch.ts';
import { rereadPending } from './recover.ts';
import { NEW_STATUS, nextStatus, type StopReason } from './status.ts';

/** What one poll needs; all of it belongs to one tenant. */
export interface PollParts {
  readonly tenant: string;
  /** `newest`, `oldest` or an ISO time: where a tenant without a checkpoint starts. */
  readonly since: string;
  readonly checkpoints: CheckpointStore;
  readonly ledger: LedgerStore;
  readonly queue: BatchQueue;
  readonly source: Source;
  readonly clock: Clock;
  /** Names this invocation in the lease. */
  readonly owner: string;
  /** No page is begun after this time (milliseconds since 1970). */
  readonly deadlineMs: number;
}

/** What one poll did. */
export interface PollSummary extends SourceCounts {
  readonly stopReason: StopReason;
  /** The tenant had no checkpoint before. */
  readonly isFirst: boolean;
  readonly fetched: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly pages: number;
  readonly batches: number;
  /** The last log id delivered, over all polls. */
  readonly cursor: string | undefined;
  readonly error: CollectorError | undefined;
}

/**
 * One poll: reads what is new and hands it to the queue, batch by batch.
 *
 * Each batch is promised in the checkpoint, sent, noted in the ledger, and committed; the commit of
 * one and the promise of the next are a single conditional write. While a batch is being sent, the
 * next one is read. Whoever writes the checkpoint first wins; the other poll ends as `locked`.
 *
 * It doesn't throw: a failure is the stop reason, with what was delivered before it kept.
 */
export async function pollTenant(parts: PollParts): Promise<PollSummary> {
  const poll = new Poll(parts);
  try {
    await poll.run();
  } catch (thrown) {
    await poll.fail(asCollectorError(thrown));
  }
  return poll.summary();
}

class Poll {
  readonly #parts: PollParts;
  readonly #budget: Budget & { readonly pages: number };
  #checkpoint: Checkpoint;
  #stop: NonNullable<ReadResult['stop']> | undefined;
  #delivered = { batches: 0, fetched: 0, rejected: 0 };
  #duplicates = 0;
  #isFirst = false;

  constructor(parts: PollParts) {
    this.#parts = parts;
    this.#budget = pollBudget(parts.clock, parts.deadlineMs);
    this.#checkpoint = firstCheckpoint(parts.since, NEW_STATUS);
  }

  async run(): Promise<void> {
    const { checkpoints, tenant, owner, clock } = this.#parts;
    const loaded = await checkpoints.load(tenant);
    this.#isFirst = loaded === undefined;
    this.#checkpoint = loaded ?? this.#checkpoint;
    if (isLeased(this.#checkpoint, owner, clock.nowMs())) {
      this.#stop = { reason: 'locked' };
      return;
    }
    await this.#recover();
    await this.#readOn();
  }

  /** Delivers what an earlier poll promised and may not have delivered. */
  async #recover(): Promise<void> {
    const { pending } = this.#checkpoint;
    if (pending === undefined) return;
    const { source, ledger, tenant } = this.#parts;
    const { promised, late, isAsPromised } = await rereadPending(source, pending);
    if (isAsPromised) {
      await this.#send(promised);
    } else if (!(await ledger.isStored(tenant, pending.row.seq, pending.row.contentDigest))) {
      await this.#deliverInstead(promised);
    }
    if (this.#checkpoint.pending !== undefined) await this.#noteSent();
    if (late !== undefined) {
      await this.#save(intend(commit(this.#checkpoint), late));
      await this.#send(late);
      await this.#noteSent();
    }
  }

  /** What was promised is not served any more and nobody has it: what is served now counts. */
  async #deliverInstead(served: ReadBatch): Promise<void> {
    const { pending: _gone, ...withoutPending } = this.#checkpoint;
    const isNothing = served.batch.count === 0 && served.batch.rejectedCount === 0;
    await this.#save(isNothing ? withoutPending : intend(withoutPending, served));
    if (!isNothing) await this.#send(served);
  }

  async #readOn(): Promise<void> {
    const recent = recentIds(this.#checkpoint);
    let cursor = this.#checkpoint.pending?.cursorAfter ?? this.#checkpoint.cursor;
    let sending: Promise<void> | undefined;
    while (this.#stop === undefined || sending !== undefined) {
      const result: ReadResult | undefined =
        this.#stop === undefined
          ? await readBatch(this.#parts.source, cursor, recent, this.#budget)
          : undefined;
      cursor = result?.cursor ?? cursor;
      this.#duplicates += result?.duplicates ?? 0;
      this.#stop ??= result?.stop;
      await sending;
      await this.#advance(cursor, result?.read);
      sending = result?.read && this.#sendAndNote(result.read);
      // Its failure is met at the await above; until then it must not count as unhandled.
      sending?.catch(() => undefined);
    }
  }

  /** The one write per batch: commits the batch before, promises the next, or ends the poll. */
  async #advance(cursor: Checkpoint['cursor'], read: ReadBatch | undefined): Promise<void> {
    const committed = commit(this.#checkpoint);
    if (read !== undefined) {
      await this.#save(intend(committed, read));
    } else {
      await this.#save(this.#ended({ ...committed, cursor }));
    }
  }

  async #sendAndNote(read: ReadBatch): Promise<void> {
    await this.#send(read);
    await this.#noteSent();
  }

  async #send(read: ReadBatch): Promise<void> {
    const { queue, tenant } = this.#parts;
    const seq = this.#checkpoint.pending?.row.seq;
    if (seq === undefined) throw new CollectorError('UNEXPECTED', 'A batch without an intent');
    await queue.send(tenant, seq, read.batch);
    this.#delivered.batches += 1;
    this.#delivered.fetched += read.batch.count;
    this.#delivered.rejected += read.batch.rejectedCount;
  }

  async #noteSent(): Promise<void> {
    const { ledger, tenant, clock } = this.#parts;
    const row = this.#checkpoint.pending?.row;
    if (row !== undefined) await ledger.markSent(tenant, row, new Date(clock.nowMs()));
  }

  async #save(checkpoint: Checkpoint): Promise<void> {
    const { checkpoints, tenant, owner, clock } = this.#parts;
    const isOver = checkpoint.pending === undefined && this.#stop !== undefined;
    const leased = isOver ? withoutLease(checkpoint) : withLease(checkpoint, owner, clock.nowMs());
    this.#checkpoint = await checkpoints.save(tenant, leased);
  }

  #ended(checkpoint: Checkpoint): Checkpoint {
    const { reason, error } = this.#stop ?? { reason: 'failed', error: undefined };
    const now = new Date(this.#parts.clock.nowMs());
    return { ...checkpoint, status: nextStatus(checkpoint.status, reason, error, now) };
  }

  /** Ends the poll on a failure between two writes; the intent stays for the next poll. */
  async fail(error: CollectorError): Promise<void> {
    const isLost = error.code === 'CHECKPOINT_CONFLICT';
    const reason = isLost ? 'locked' : error.kind === 'throttled' ? 'throttled' : 'failed';
    this.#stop = isLost ? { reason } : { reason, error };
    if (isLost || error.code === 'CHECKPOINT_UNREADABLE') return;
    try {
      const ended = withoutLease(this.#ended(this.#checkpoint));
      this.#checkpoint = await this.#parts.checkpoints.save(this.#parts.tenant, ended);
    } catch {
      // The first failure is the one to report; the checkpoint is as good as before.
    }
  }

  summary(): PollSummary {
    const { cursor } = this.#checkpoint;
    return {
      stopReason: this.#stop?.reason ?? 'failed',
      isFirst: this.#isFirst,
      ...this.#delivered,
      duplicates: this.#duplicates,
      pages: this.#budget.pages,
      ...this.#parts.source.seen,
      cursor: cursor.kind === 'after' ? cursor.logId : undefined,
      error: this.#stop?.error,
    };
  }
}
