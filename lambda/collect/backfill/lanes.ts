import { findBoundary } from '../../auth0/boundary.ts';
import type { AfterCursor } from '../../auth0/cursor.ts';
import { compareLogIds } from '../../auth0/log-id.ts';
import type { Page } from '../../auth0/page.ts';
import { asCollectorError, type CollectorError } from '../../platform/errors.ts';
import { isAfter, isCursorRefusal } from '../gaps.ts';
import { type Backfill, windowsOf } from './backfill.ts';
import type { HeldAsker, HeldEvents } from './held.ts';
import { BackfillPace } from './pace.ts';
import type { BackfillParts } from './parts.ts';
import { advanced } from './progress.ts';
import { TakenPages } from './taken.ts';
import { Turns } from './turns.ts';
import { OpenWindow } from './window.ts';

/** After so many pages the lease is renewed and the progress noted, whether they held news or not. */
const STEP_PAGES_MAX = 20;
/** The same where pages come slowly; far less than the lease lasts. */
const STEP_MS_MAX = 20_000;
/** Events are ingested a little after their date. */
const INGESTION_DELAY_MS = 5 * 60_000;
/** Many lanes hold a batch in memory at once. */
const BATCH_BYTES_MAX = 2 * 1024 * 1024;

/** What a lane read in one step. */
interface Step {
  readonly window: OpenWindow;
  readonly taken: TakenPages;
  readonly error: CollectorError | undefined;
}

/**
 * Reads the windows of a backfill, several at a time, and delivers what nobody has, one batch after
 * the other. Idle lanes cut the window of which most is left.
 *
 * The cursor of a window is moved after a batch was noted in the ledger: a poll that dies in between
 * leaves a promise, which the next one keeps, and pages whose events the ledger then has.
 */
export class BackfillLanes {
  readonly #parts: BackfillParts;
  readonly #live: AfterCursor;
  readonly #held: HeldEvents;
  readonly #turns = new Turns();
  readonly #pace = new BackfillPace();
  readonly #running = new Set<Promise<void>>();
  #backfill: Backfill;
  /** Those that are not read and delivered to their end, in the order of ids. */
  #windows: readonly OpenWindow[];
  #lanes = 0;
  #isCutting = false;
  /** Auth0 does not search by date. */
  #isUncuttable = false;
  /** What Auth0 answers to one lane holds all of them up. */
  #heldUp: CollectorError | undefined;
  #failure: CollectorError | undefined;

  constructor(parts: BackfillParts, live: AfterCursor, held: HeldEvents, backfill: Backfill) {
    this.#parts = parts;
    this.#live = live;
    this.#held = held;
    this.#backfill = backfill;
    const { fromMs, toMs } = backfill;
    const range = { fromMs, toMs: toMs + INGESTION_DELAY_MS, liveLogId: live.logId };
    this.#windows = windowsOf(backfill).map((window) => new OpenWindow(window, range));
  }

  /**
   * Resolves when nothing is under way any more.
   *
   * @throws {CollectorError} when something but Auth0 failed
   */
  async run(): Promise<void> {
    this.#employ();
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  get #mayGoOn(): boolean {
    const isStopped = this.#heldUp !== undefined || this.#failure !== undefined;
    return !isStopped && this.#parts.hasBudget();
  }

  /** Gives windows to lanes that may be opened, and has one cut for those that find none. */
  #employ(): void {
    if (!this.#mayGoOn) return;
    const lanesMax = this.#pace.lanes(this.#parts.plan);
    for (const window of this.#windows) {
      if (this.#lanes < lanesMax && !window.isTaken) this.#start(this.#read(window));
    }
    if (this.#isUncuttable || this.#isCutting) return;
    const idle = lanesMax - this.#lanes;
    const [widest, parts] = this.#widest();
    if (idle > 0 && widest !== undefined && parts > 1) {
      this.#start(this.#cut(widest, Math.min(parts, idle + 1)));
    }
  }

  #start(work: Promise<void>): void {
    const running = work
      .catch((thrown) => {
        this.#failure ??= asCollectorError(thrown);
      })
      .then(() => {
        this.#running.delete(running);
        this.#employ();
      });
    this.#running.add(running);
  }

  /** One lane: reads a window to its end, or as long as it may. */
  async #read(window: OpenWindow): Promise<void> {
    window.isTaken = true;
    this.#lanes += 1;
    try {
      const asker = this.#held.asker();
      do {
        const step = await this.#readStep(window, asker);
        await this.#turns.take(() => this.#deliver(step));
      } while (!window.isRead && this.#mayGoOn && !this.#isOneTooMany);
    } finally {
      window.isTaken = false;
      this.#lanes -= 1;
    }
  }

  get #isOneTooMany(): boolean {
    return this.#lanes > this.#pace.lanes(this.#parts.plan);
  }

  async #readStep(window: OpenWindow, asker: HeldAsker): Promise<Step> {
    const { limits, nowMs } = this.#parts;
    const batchLimits = {
      ...limits,
      contentBytes: Math.min(limits.contentBytes, BATCH_BYTES_MAX),
    };
    const taken = new TakenPages(window.saved.cursor);
    const endMs = nowMs() + STEP_MS_MAX;
    try {
      do {
        await this.#readPage(window, taken, asker);
      } while (
        !window.isRead &&
        !taken.isFull(batchLimits) &&
        taken.pages < STEP_PAGES_MAX &&
        nowMs() < endMs &&
        this.#mayGoOn
      );
    } catch (thrown) {
      return { window, taken, error: this.#holdUp(thrown) };
    }
    return { window, taken, error: undefined };
  }

  async #readPage(window: OpenWindow, taken: TakenPages, asker: HeldAsker): Promise<void> {
    const { source, pageRead, nowMs } = this.#parts;
    const startedAtMs = nowMs();
    const page = await source.page(taken.cursor);
    pageRead();
    const before = window.readMs;
    const events = window.take(page);
    const spanMs = Math.max(0, (window.readMs ?? 0) - (before ?? window.readMs ?? 0));
    // A start that is found by time takes other requests than a page.
    if (isAfter(taken.cursor)) {
      this.#pace.pageRead(nowMs() - startedAtMs, bytesOf(page), spanMs);
      this.#employ();
    }
    taken.add(page.cursor, events, await asker.unknownOf(events), window.readMs);
  }

  /** @throws what is not an answer of Auth0's */
  #holdUp(thrown: unknown): CollectorError {
    const error = asCollectorError(thrown);
    if (!error.code.startsWith('AUTH0_')) throw error;
    this.#heldUp ??= error;
    return error;
  }

  /** Delivers what was read, moves the cursor of the window behind it, and saves all windows. */
  async #deliver({ window, taken, error }: Step): Promise<void> {
    const { keep, deliver, backfills, tenant, plan, nowMs } = this.#parts;
    const read = await taken.batch(this.#live);
    if (read === undefined) await keep();
    else this.#held.add(await deliver(read));
    window.advance(taken, isCursorRefusal(error));
    this.#windows = this.#windows.filter((one) => one !== window || !window.isRead);
    this.#backfill = await backfills.save(
      tenant,
      advanced(this.#backfill, taken, {
        windows: this.#windows.map(({ saved }) => saved),
        error: this.#heldUp,
        plan,
        nowMs: nowMs(),
      }),
    );
  }

  /** The window of which most time is left, and into how many parts that is worth cutting. */
  #widest(): readonly [OpenWindow | undefined, number] {
    let [widest, widestMs]: [OpenWindow | undefined, number] = [undefined, 0];
    for (const window of this.#windows) {
      const spanMs = window.isWhole ? 0 : window.leftMs;
      if (spanMs > widestMs) [widest, widestMs] = [window, spanMs];
    }
    return [widest, this.#pace.partsIn(widestMs)];
  }

  /** Cuts what is left of a window into parts of equal time, as far as there are events to cut at. */
  async #cut(window: OpenWindow, parts: number): Promise<void> {
    this.#isCutting = true;
    try {
      const found = await Promise.all(
        window
          .cutTimes(parts)
          .map((range) => findBoundary(this.#parts.source, range, this.#live.logId)),
      );
      const logIds = found.filter((logId) => logId !== undefined).sort(compareLogIds);
      const cut = logIds.reverse().flatMap((logId) => window.cutAt(logId) ?? []);
      window.isWhole = cut.length === 0;
      const at = this.#windows.indexOf(window) + 1;
      this.#windows = [...this.#windows.slice(0, at), ...cut.reverse(), ...this.#windows.slice(at)];
    } catch (thrown) {
      this.#isUncuttable = asCollectorError(thrown).code === 'AUTH0_400_REQUEST';
      if (!this.#isUncuttable) this.#holdUp(thrown);
    } finally {
      this.#isCutting = false;
    }
  }
}

const bytesOf = ({ events }: Page): number => events.reduce((sum, { raw }) => sum + raw.length, 0);
