import { type Backfill, shareDone } from '../lambda/collect/backfill/backfill.ts';
import { countOf } from './search-output.ts';

/** Shows on stderr how a backfill goes: a line that changes on a terminal, else a line a change. */
export class BackfillProgress {
  readonly #tenant: string;
  #shown = '';
  isDone = false;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  say(text: string): void {
    this.end();
    process.stderr.write(`${text}\n`);
  }

  show(backfill: Backfill): void {
    this.isDone = backfill.state === 'done';
    const text = progressWords(this.#tenant, backfill);
    if (text === this.#shown) return;
    this.#shown = text;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }

  /** What is written next begins a line of its own. */
  end(): void {
    if (this.#shown !== '' && process.stderr.isTTY) process.stderr.write('\n');
    this.#shown = '';
  }
}

function progressWords(tenant: string, backfill: Backfill): string {
  const { state, counts, reachedMs, lastErrorCode } = backfill;
  if (state === 'waiting') return `${tenant}: waiting for the next poll`;
  const percent = `${Math.floor(shareDone(backfill) * 100)} %`;
  const reached = reachedMs === undefined ? '' : `, at ${isoOf(reachedMs)}`;
  const heldUp =
    lastErrorCode === undefined ? '' : `; held up by ${lastErrorCode}, the next poll tries again`;
  return `${tenant}: ${percent}${reached}, ${countOf(counts.stored, 'new event')} in ${countOf(counts.pages, 'page')}${heldUp}`;
}

/** What a backfill that is done came to. */
export function heldWords(tenant: string, backfill: Backfill): string {
  const { fromMs, toMs, counts, lostBeforeMs } = backfill;
  const rejected =
    counts.rejected === 0 ? '' : `, ${countOf(counts.rejected, 'element')} quarantined`;
  const head = `${tenant}: from ${isoOf(fromMs)} to ${isoOf(toMs)} ${countOf(counts.stored, 'event')} collected, ${counts.held.toLocaleString('en-US')} held before${rejected}`;
  if (lostBeforeMs === undefined) return head;
  return `${head}\nRetention overtook it: Auth0 may have dropped events from before ${isoOf(lostBeforeMs)} first.`;
}

const isoOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
