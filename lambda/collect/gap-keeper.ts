import type { AfterCursor, Cursor } from '../auth0/cursor.ts';
import type { Plan } from '../auth0/plan.ts';
import type { Source } from '../auth0/source.ts';
import type { Gap, GapStore } from '../ledger/gap-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Checkpoint, ReadBatch } from './checkpoint.ts';
import { closeGap, findRetentionGap, type OpenGap, restartAfterRefusal } from './gaps.ts';
import { isNearlyPastRetention } from './retention.ts';

export interface GapKeeperParts {
  readonly tenant: string;
  readonly plan: Plan;
  readonly source: Source;
  readonly gaps: GapStore;
  readonly clock: Clock;
}

/** One is what a refused cursor needs; a source that refuses each new one is broken. */
const RESTARTS_MAX = 3;

/** Watches over one poll for what can't be collected, and writes it down. */
export class GapKeeper {
  readonly recorded: Gap[] = [];
  readonly #parts: GapKeeperParts;
  #open: OpenGap | undefined;
  #isWithinBatch = false;
  #restarts = 0;

  constructor(parts: GapKeeperParts) {
    this.#parts = parts;
  }

  /** A gap was found whose end is not known yet. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Looks whether Auth0 may have dropped something right behind the checkpoint. */
  async lookBehind(
    checkpoint: Pick<Checkpoint, 'cursor' | 'collectedUntil' | 'pending'>,
  ): Promise<void> {
    if (this.#open !== undefined) return;
    const { source, plan, clock } = this.#parts;
    this.#open = await findRetentionGap(source, checkpoint, plan, clock.nowMs());
  }

  /** The same for a cursor of the poll itself: retention may overtake a poll that has to wait. */
  async lookBehindPage(cursor: Cursor, collectedUntil: string | undefined): Promise<void> {
    const { plan, clock } = this.#parts;
    const isNear = isNearlyPastRetention(cursor, collectedUntil, plan, clock.nowMs());
    if (!isNear || this.#open !== undefined) return;
    await this.lookBehind({ cursor });
    // Which page of the batch it was can't be told, so the gap reaches to its end.
    this.#isWithinBatch = this.#open !== undefined;
  }

  /** Where to go on after a cursor was refused, or undefined when that makes no sense any more. */
  restart(cursor: AfterCursor, collectedUntil: string | undefined): Cursor | undefined {
    if (this.#restarts === RESTARTS_MAX) return undefined;
    this.#restarts += 1;
    const restart = restartAfterRefusal(cursor, collectedUntil);
    this.#open ??= restart.gap;
    return restart.cursor;
  }

  /**
   * Writes the open gap down as soon as its end is known, before what comes behind it is delivered.
   *
   * @param next what was read behind the gap, if anything
   * @param isEnd nothing more is there to be read
   */
  async close(next: ReadBatch | undefined, isEnd: boolean): Promise<void> {
    if (this.#open === undefined || (next === undefined && !isEnd)) return;
    const { gaps, tenant, clock } = this.#parts;
    const endLogId = this.#isWithinBatch ? next?.batch.lastLogId : next?.batch.firstLogId;
    const gap = closeGap(this.#open, endLogId, clock.nowMs());
    await gaps.record(tenant, gap);
    this.recorded.push(gap);
    this.#open = undefined;
    this.#isWithinBatch = false;
  }
}
