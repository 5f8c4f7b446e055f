import type { ReadArchived } from '../ledger/archive-reader.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { contiguous, type RangeLimits, rangesOf } from '../ledger/ranges.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import { detectRun, type RunOutcome } from './detect-run.ts';
import {
  commitRun,
  type Detection,
  firstDetection,
  isLeased,
  type PendingRun,
  promiseRun,
  runName,
  withoutLease,
} from './detection-item.ts';
import type { DetectionStore } from './detection-store.ts';
import { type AbsenceParts, findAbsences } from './find-absences.ts';
import type { Publisher } from './publish.ts';
import { quietAfter } from './quiet.ts';
import { RUN_LIMITS, type RunContent, readRun } from './read-run.ts';

export interface DetectParts extends AbsenceParts {
  readonly ledger: LedgerStore;
  readonly detections: DetectionStore;
  readonly readArchived: ReadArchived;
  readonly publisher: Publisher;
  /** The last row that the checkpoint has committed; what is behind it may still be replaced. */
  readonly headSeq: () => Promise<number>;
  /** Who holds the lease. */
  readonly owner: string;
  /** Longer than this invocation can last. */
  readonly leaseMs: number;
  /** No run is begun after this. */
  readonly deadlineMs: number;
  readonly limits?: RangeLimits;
}

/** An incident can't wait until a batch that failed again and again is given up; it comes later. */
const PASS_AFTER_MS = 5 * 60_000;

/** Why detection ended. `locked`: another one was under way. */
export type DetectionStop = 'caught-up' | 'time-budget' | 'locked' | 'failed';

export interface DetectionSummary {
  readonly events: number;
  readonly runs: number;
  readonly opened: number;
  readonly grown: number;
  readonly published: number;
  readonly holes: number;
  readonly stopReason: DetectionStop;
  readonly error: CollectorError | undefined;
  readonly missing: RunContent['missing'];
  /** Why incidents are still to be published; they come again with the next run. */
  readonly unpublished: readonly CollectorError[];
}

/**
 * Follows the ledger of a tenant: looks at every stored batch behind the detection item, run by run,
 * saves what rules raise and publishes it. A run is promised before anything of it is saved, so after
 * a crash anywhere the same run is detected again and comes to the same.
 */
export async function detectTenant(parts: DetectParts): Promise<DetectionSummary> {
  const follower = new Follower(parts);
  let end = await follower.follow();
  // Whoever was woken meanwhile found the lease taken and left, so what woke them is looked for here.
  for (let round = 1; round < ROUNDS_MAX && (await follower.hasMore(end)); round += 1) {
    end = await follower.follow();
  }
  return { ...follower.done, holes: follower.holes, ...end };
}

/** Batches may keep coming as fast as they are looked at; the deadline ends it much earlier. */
const ROUNDS_MAX = 1_000;

type DetectionEnd = Pick<DetectionSummary, 'stopReason' | 'error'>;

class Follower {
  readonly done = {
    events: 0,
    runs: 0,
    opened: 0,
    grown: 0,
    published: 0,
    missing: [] as RunContent['missing'][number][],
    unpublished: [] as CollectorError[],
  };
  readonly #parts: DetectParts;
  #detection: Detection = firstDetection();

  constructor(parts: DetectParts) {
    this.#parts = parts;
  }

  get holes(): number {
    return this.#detection.holes.length;
  }

  /** True when something was stored after the last look, and nobody who was woken for it could look. */
  async hasMore({ stopReason }: DetectionEnd): Promise<boolean> {
    if (stopReason !== 'caught-up' || this.#isSpent()) return false;
    const { ledger, tenant, headSeq } = this.#parts;
    const next = this.#detection.detectedSeq + 1;
    try {
      return next <= (await headSeq()) && (await ledger.row(tenant, next))?.stored !== undefined;
    } catch {
      // All is saved; what is behind it comes with the next run.
      return false;
    }
  }

  async follow(): Promise<DetectionEnd> {
    try {
      if (!(await this.#takeLease())) return { stopReason: 'locked', error: undefined };
      const stopReason = await this.#bringAll();
      await this.#save(withoutLease(commitRun(this.#detection)));
      return { stopReason, error: undefined };
    } catch (thrown) {
      const error = asCollectorError(thrown);
      if (error.code === 'DETECTION_CONFLICT') return { stopReason: 'locked', error: undefined };
      // Without the lease the next one need not wait for it to run out; the failure is what counts.
      await this.#save(withoutLease(this.#detection)).catch(() => undefined);
      return { stopReason: 'failed', error };
    }
  }

  async #takeLease(): Promise<boolean> {
    const { tenant, detections, clock, owner, leaseMs } = this.#parts;
    const loaded = (await detections.load(tenant)) ?? firstDetection();
    this.#detection = loaded;
    const nowMs = clock.nowMs();
    if (isLeased(loaded, nowMs)) return false;
    await this.#save({ ...loaded, lease: { owner, untilMs: nowMs + leaseMs } });
    return true;
  }

  async #bringAll(): Promise<DetectionStop> {
    const { ledger, tenant, clock, limits = RUN_LIMITS } = this.#parts;
    const upToSeq = await this.#parts.headSeq();
    await this.#recover();
    await this.#publish();
    for (const seq of this.#detection.holes) {
      if (this.#isSpent()) return 'time-budget';
      const row = await ledger.row(tenant, seq);
      if (row?.stored !== undefined) await this.#bring([row]);
    }
    const afterSeq = this.#detection.detectedSeq;
    const rows = contiguous(ledger.rows(tenant, afterSeq), { afterSeq, upToSeq });
    for await (const range of rangesOf(rows, clock.nowMs(), limits, PASS_AFTER_MS)) {
      if (this.#isSpent()) return 'time-budget';
      await this.#bring(range);
    }
    await this.#count(await findAbsences(this.#parts, this.#detection.quiet));
    return 'caught-up';
  }

  /** Repeats a run that was promised and saved in part, or whole. */
  async #recover(): Promise<void> {
    const { pending } = this.#detection;
    if (pending === undefined) return;
    const { ledger, tenant, ruleSet, readArchived } = this.#parts;
    const bounds = { afterSeq: pending.fromSeq - 1, upToSeq: pending.toSeq };
    const rows: LedgerRow[] = [];
    for await (const row of contiguous(ledger.rows(tenant, bounds.afterSeq), bounds))
      rows.push(row);
    await this.#detect(pending, await readRun(rows, ruleSet, readArchived, pending.missing));
  }

  async #bring(rows: readonly LedgerRow[]): Promise<void> {
    const [first, last] = [rows.at(0), rows.at(-1)];
    if (first === undefined || last === undefined) return;
    const { ruleSet, readArchived } = this.#parts;
    const content = await readRun(rows, ruleSet, readArchived);
    const missing = content.missing.map(({ seq }) => seq);
    const run = { fromSeq: first.seq, toSeq: last.seq, missing };
    const quiet = quietAfter(this.#detection.quiet, rows);
    await this.#save({ ...promiseRun(this.#detection, run), quiet });
    await this.#detect(run, content);
  }

  async #detect(run: PendingRun, { readings, events, missing }: RunContent): Promise<void> {
    const outcome = await detectRun(this.#parts, runName(run), readings);
    this.done.events += events;
    this.done.runs += 1;
    this.done.missing.push(...missing);
    await this.#count(outcome);
  }

  async #count({ opened, grown }: RunOutcome): Promise<void> {
    this.done.opened += opened;
    this.done.grown += grown;
    if (opened + grown > 0) await this.#publish();
  }

  async #publish(): Promise<void> {
    const { published, failures } = await this.#parts.publisher(this.#parts.tenant);
    this.done.published += published;
    this.done.unpublished.push(...failures);
  }

  #isSpent(): boolean {
    return this.#parts.clock.nowMs() >= this.#parts.deadlineMs;
  }

  async #save(detection: Detection): Promise<void> {
    this.#detection = await this.#parts.detections.save(this.#parts.tenant, detection);
  }
}
