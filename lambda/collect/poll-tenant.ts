import type { Cursor } from '../auth0/cursor.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import { AUDIT_PAGES_MIN, audit } from './audit.ts';
import { BACKFILL_UNTIL_MS, workOnBackfill } from './backfill/work-on-backfill.ts';
import { pollBudget } from './budget.ts';
import {
  type Checkpoint,
  firstCheckpoint,
  isLeased,
  type Pending,
  type ReadBatch,
} from './checkpoint.ts';
import { Deliverer } from './deliverer.ts';
import { GapKeeper } from './gap-keeper.ts';
import { isAfter, isCursorRefusal } from './gaps.ts';
import type { PollParts, PollSummary } from './poll.ts';
import { BATCH_LIMITS, type Budget, type ReadResult, readBatch } from './read-batch.ts';
import { RecentIds } from './recent-ids.ts';
import { type Recovered, rereadPending } from './recover.ts';
import { collectedUntil, hoursToLoss } from './retention.ts';
import { NEW_STATUS, nextStatus } from './status.ts';

/**
 * One poll: reads what is new and hands it to the queue, batch by batch.
 *
 * Each batch is promised in the checkpoint, sent, noted in the ledger, and committed; the commit of
 * one and the promise of the next are a single conditional write. While a batch takes these steps, the
 * next one is read and compressed. Whoever writes the checkpoint first wins; the other poll ends as `locked`.
 *
 * It doesn't throw: a failure is the stop reason, with what was delivered before it kept.
 */
export async function pollTenant(parts: PollParts): Promise<PollSummary> {
  const poll = new Poll(parts);
  try {
    await poll.run();
  } catch (thrown) {
    await poll.fail(asCollectorError(thrown));
  } finally {
    parts.source.end();
  }
  return poll.summary();
}

const behindDelivered = ({ pending, cursor }: Checkpoint): Cursor => pending?.cursorAfter ?? cursor;

class Poll {
  readonly #parts: PollParts;
  readonly #startedAtMs: number;
  readonly #budget: Budget & { readonly pages: number };
  #deliverer: Deliverer;
  #stop: NonNullable<ReadResult['stop']> | undefined;
  #duplicates = 0;
  #isFirst = false;
  readonly #gaps: GapKeeper;
  #audited = { batches: 0, seq: 0 };
  /** No later than when the end was asked for. */
  #readToEndMs: number | undefined;

  constructor(parts: PollParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
    this.#budget = pollBudget(parts.clock, parts.deadlineMs);
    this.#gaps = new GapKeeper(parts);
    this.#deliverer = new Deliverer(parts, firstCheckpoint(parts.since, NEW_STATUS));
  }

  async run(): Promise<void> {
    const { checkpoints, tenant, owner, clock } = this.#parts;
    const loaded = await checkpoints.load(tenant);
    this.#isFirst = loaded === undefined;
    if (loaded !== undefined) this.#deliverer = new Deliverer(this.#parts, loaded);
    const { checkpoint } = this.#deliverer;
    this.#audited.seq = checkpoint.auditedSeq;
    if (isLeased(checkpoint, owner, clock.nowMs())) {
      this.#stop = { reason: 'locked' };
      return;
    }
    await this.#gaps.lookBehind(checkpoint);
    await this.#recover();
    const cursor = await this.#readOn();
    if (this.#stop?.reason === 'caught-up') {
      await this.#audit();
      await this.#backfill(cursor);
    }
    await this.#deliverer.end(cursor, (ended) => this.#ended(ended));
  }

  /** Delivers what an earlier poll promised and may not have delivered. */
  async #recover(): Promise<void> {
    const { pending } = this.#deliverer.checkpoint;
    if (pending === undefined) return;
    const { ledger, tenant } = this.#parts;
    const { promised, late, isAsPromised } = await this.#reread(pending);
    await this.#gaps.close(promised.batch.count > 0 ? promised : undefined, false);
    if (isAsPromised) {
      await this.#deliverer.sendAndNote(promised);
    } else if (await ledger.isStored(tenant, pending.row.seq, pending.row.contentDigest)) {
      await this.#deliverer.note();
    } else {
      // Nobody has what was promised, and it is not served any more: what is served now counts.
      const isNothing = promised.batch.count === 0 && promised.batch.rejectedCount === 0;
      await this.#deliverer.promiseInstead(isNothing ? undefined : promised);
      if (!isNothing) await this.#deliverer.sendAndNote(promised);
    }
    if (late !== undefined) {
      await this.#deliverer.promise(late);
      await this.#deliverer.sendAndNote(late);
    }
  }

  /** Reads what was promised again, by time if its cursor is not accepted any more. */
  async #reread(pending: Pending): Promise<Recovered> {
    const { source } = this.#parts;
    try {
      return await rereadPending(source, pending);
    } catch (thrown) {
      const { cursorBefore } = pending;
      if (!isCursorRefusal(asCollectorError(thrown)) || !isAfter(cursorBefore)) throw thrown;
      const cursor = this.#gaps.restart(cursorBefore, this.#deliverer.checkpoint.collectedUntil);
      if (cursor === undefined) throw thrown;
      return await rereadPending(source, { ...pending, cursorBefore: cursor });
    }
  }

  /** Reads and delivers to the end; returns the cursor behind everything that was read. */
  async #readOn(): Promise<Cursor> {
    const { checkpoint } = this.#deliverer;
    const recent = new RecentIds(checkpoint.recentIdHashes);
    let cursor = behindDelivered(checkpoint);
    let delivering: Promise<unknown> | undefined;
    let startedMs = this.#parts.clock.nowMs();
    while (this.#stop === undefined) {
      // The page that turns out to be the last may have been asked for while the batch before was read.
      this.#readToEndMs = startedMs;
      startedMs = this.#parts.clock.nowMs();
      const result = await readBatch(
        this.#parts.source,
        cursor,
        recent,
        this.#budget,
        this.#parts.limits,
      );
      this.#duplicates += result.duplicates;
      await delivering;
      delivering = undefined;
      if (result.read !== undefined) {
        await this.#gaps.lookBehindPage(cursor, checkpoint.collectedUntil);
      }
      if (this.#gaps.isOpen) {
        await this.#gaps.close(await result.read, result.stop?.reason === 'caught-up');
      }
      cursor = this.#cursorBehind(result);
      if (result.read === undefined) continue;
      delivering = this.#deliver(result.read);
      // Its failure is met at the await; until then it must not count as unhandled.
      delivering.catch(() => undefined);
    }
    await delivering;
    // A gap that is not written down yet is not passed over: the next poll has to find it again.
    return this.#gaps.isOpen ? behindDelivered(this.#deliverer.checkpoint) : cursor;
  }

  async #deliver(closing: Promise<ReadBatch>): Promise<void> {
    const read = await closing;
    await this.#deliverer.promise(read);
    await this.#deliverer.sendAndNote(read);
  }

  /** Where to go on; a refused cursor is replaced, a few times at most. */
  #cursorBehind({ stop, cursor }: ReadResult): Cursor {
    const restarted =
      isCursorRefusal(stop?.error) && isAfter(cursor)
        ? this.#gaps.restart(cursor, this.#deliverer.checkpoint.collectedUntil)
        : undefined;
    if (restarted === undefined) this.#stop = stop;
    return restarted ?? cursor;
  }

  async #audit(): Promise<void> {
    const { tenant, auditMode, source, ledger, clock } = this.#parts;
    const pagesMax = Math.max(AUDIT_PAGES_MIN, this.#budget.pages);
    const steps = audit(
      {
        tenant,
        mode: auditMode,
        source,
        ledger,
        nowMs: () => clock.nowMs(),
        hasBudget: (pages) => pages < pagesMax && this.#budget.spent() === undefined,
      },
      this.#deliverer.checkpoint,
    );
    try {
      for await (const { auditedSeq, isRead, late } of steps) {
        if (late !== undefined) await this.#deliverLate(late, auditedSeq);
        this.#audited.seq = auditedSeq;
        if (isRead) this.#audited.batches += 1;
      }
    } catch (thrown) {
      // What can't be audited now can be next time; what was read is delivered all the same.
      if (!asCollectorError(thrown).code.startsWith('AUTH0_')) throw thrown;
    }
  }

  /** Promises what was missing and its place in the audit in one write, so that it goes out once. */
  async #deliverLate(late: ReadBatch, auditedSeq: number): Promise<void> {
    await this.#deliverer.promise(late, (checkpoint) => ({ ...checkpoint, auditedSeq }));
    await this.#deliverer.sendAndNote(late);
  }

  /** Goes on with older events that were asked for; what holds that up holds nothing else up. */
  async #backfill(cursor: Cursor): Promise<void> {
    const { clock, limits = BATCH_LIMITS } = this.#parts;
    const endMs = this.#startedAtMs + BACKFILL_UNTIL_MS;
    try {
      await workOnBackfill({
        ...this.#parts,
        limits,
        live: cursor,
        auditedSeq: Math.max(this.#deliverer.checkpoint.auditedSeq, this.#audited.seq),
        nowMs: () => clock.nowMs(),
        hasBudget: () => clock.nowMs() < endMs && this.#budget.spent() === undefined,
        pageRead: () => this.#budget.pageRead(),
        keep: () => this.#deliverer.keep(cursor),
        deliver: async (read) => {
          await this.#deliverer.promise(read);
          return this.#deliverer.sendAndNote(read);
        },
      });
    } catch (thrown) {
      const { code } = asCollectorError(thrown);
      if (code !== 'BACKFILL_CONFLICT' && code !== 'CHECKPOINT_UNREADABLE') throw thrown;
    }
  }

  #ended(checkpoint: Checkpoint): Checkpoint {
    const { reason, error } = this.#stop ?? { reason: 'failed', error: undefined };
    const nowMs = this.#parts.clock.nowMs();
    const until = collectedUntil(
      checkpoint.collectedUntil,
      checkpoint.cursor,
      reason,
      this.#readToEndMs ?? nowMs,
    );
    const { rateShareUsed } = this.#parts.source.seen;
    return {
      ...checkpoint,
      status: {
        ...nextStatus(checkpoint.status, reason, error, new Date(nowMs)),
        rateShareUsed,
      },
      // A late batch that could not be sent is promised with its place already; it never moves back.
      auditedSeq: Math.max(checkpoint.auditedSeq, this.#audited.seq),
      ...(until !== undefined && { collectedUntil: until }),
    };
  }

  /** Ends the poll on a failure between two writes; what was promised stays for the next poll. */
  async fail(error: CollectorError): Promise<void> {
    const isLost = error.code === 'CHECKPOINT_CONFLICT';
    const reason = isLost ? 'locked' : error.kind === 'throttled' ? 'throttled' : 'failed';
    this.#stop = isLost ? { reason } : { reason, error };
    if (isLost || error.code === 'CHECKPOINT_UNREADABLE') return;
    try {
      await this.#deliverer.abandon((checkpoint) => this.#ended(checkpoint));
    } catch {
      // The first failure is the one to report; the checkpoint is as good as before.
    }
  }

  summary(): PollSummary {
    const { cursor, collectedUntil: until } = this.#deliverer.checkpoint;
    return {
      stopReason: this.#stop?.reason ?? 'failed',
      isFirst: this.#isFirst,
      ...this.#deliverer.delivered,
      duplicates: this.#duplicates,
      pages: this.#budget.pages,
      auditedBatches: this.#audited.batches,
      gaps: this.#gaps.recorded,
      ...this.#parts.source.seen,
      cursor: cursor.kind === 'after' ? cursor.logId : undefined,
      hoursToLoss: hoursToLoss(until, this.#parts.plan, this.#parts.clock.nowMs()),
      error: this.#stop?.error,
    };
  }
}
