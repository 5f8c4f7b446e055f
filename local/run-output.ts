import cliProgress from 'cli-progress';
import type { PollSummary } from '../lambda/collect/poll.ts';
import type { Fields, Telemetry } from '../lambda/platform/telemetry.ts';

/** What came out of ingest and of the compactor, over the whole run. */
export interface RunTotals {
  archived: number;
  duplicates: number;
  quarantined: number;
  compacted: number;
}

/** Where the lines go: a terminal, a file, a pipe. */
export type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The terminal of a run: lines for people, a bar while a backlog of known size is read. */
export class RunOutput {
  readonly totals: RunTotals = { archived: 0, duplicates: 0, quarantined: 0, compacted: 0 };
  readonly #stream: Terminal;
  readonly #bars: cliProgress.MultiBar | undefined;
  #bar: cliProgress.SingleBar | undefined;
  #archivedBefore = 0;

  constructor(stream: Terminal) {
    this.#stream = stream;
    this.#bars = stream.isTTY
      ? new cliProgress.MultiBar({
          format: 'archived  {bar}  {value} of {total} log events',
          stream,
          clearOnComplete: true,
          hideCursor: true,
        })
      : undefined;
  }

  line(text: string): void {
    if (this.#bar === undefined) this.#stream.write(`${text}\n`);
    else this.#bars?.log(`${text}\n`);
  }

  /** Shows progress towards so many more events, on a terminal. */
  expect(events: number): void {
    if (events < PROGRESS_EVENTS_MIN) return;
    this.#archivedBefore = this.totals.archived;
    this.#bar = this.#bars?.create(events, 0);
  }

  close(): void {
    this.#bars?.stop();
    this.#bar = undefined;
  }

  poll(summary: PollSummary, durationMs: number): void {
    const { fetched, pages, batches, stopReason } = summary;
    const parts = [
      `fetched ${plural(fetched, 'log event')} in ${plural(pages, 'page')}, ${plural(batches, 'batch', 'batches')}`,
      stopReason,
      seconds(durationMs),
      ...(summary.throttles > 0 ? [`throttled ${summary.throttles} times`] : []),
      `${Math.round(summary.rateShareUsed * 100)} % of the rate bucket used`,
    ];
    this.line(`${clock()}  poll    ${parts.join(' · ')}`);
    if (summary.error !== undefined) {
      this.line(`          ${summary.error.code}: ${summary.error.message}`);
      this.line(`          ${summary.error.remedy}`);
    }
  }

  /** The poller's own words are shown by {@link poll}; its warnings as they come. */
  pollerTelemetry(): Telemetry {
    return {
      summary: () => undefined,
      warn: (message, fields) => this.#warning(message, fields),
      error: () => undefined,
      metrics: () => undefined,
    };
  }

  ingestTelemetry(): Telemetry {
    return {
      summary: (_message, fields) => {
        const { archived = 0, batches = 0, durationMs = 0 } = fields;
        const parts = [
          `archived ${plural(Number(archived), 'log event')} in ${plural(Number(batches), 'batch', 'batches')}`,
          ...(fields['duplicates'] ? [`${count(fields['duplicates'])} already archived`] : []),
          ...(fields['quarantined'] ? [`${count(fields['quarantined'])} quarantined`] : []),
          seconds(Number(durationMs)),
        ];
        this.line(`${clock()}  ingest  ${parts.join(' · ')}`);
        this.totals.archived += Number(archived);
        this.totals.duplicates += Number(fields['duplicates'] ?? 0);
        this.totals.quarantined += Number(fields['quarantined'] ?? 0);
        this.#bar?.update(this.totals.archived - this.#archivedBefore);
      },
      warn: (message, fields) => this.#warning(message, fields),
      error: (message, fields) => this.#warning(message, fields),
      metrics: () => undefined,
    };
  }

  compactorTelemetry(): Telemetry {
    return {
      summary: (_message, fields) => {
        const { events = 0, objects = 0, durationMs = 0 } = fields;
        this.totals.compacted += Number(events);
        if (objects === 0) return;
        const parts = [
          `wrote ${plural(Number(events), 'log event')} in ${plural(Number(objects), 'Parquet object')}`,
          seconds(Number(durationMs)),
        ];
        this.line(`${clock()}  lake    ${parts.join(' · ')}`);
      },
      warn: (message, fields) => this.#warning(message, fields),
      error: (message, fields) => this.#warning(message, fields),
      metrics: () => undefined,
    };
  }

  detectorTelemetry(): Telemetry {
    return {
      summary: (_message, fields) => {
        const { opened = 0, grown = 0, events = 0, durationMs = 0 } = fields;
        if (events === 0) return;
        const parts = [
          `${plural(Number(opened), 'incident')} in ${plural(Number(events), 'log event')}`,
          ...(grown ? [`${count(grown)} grew`] : []),
          seconds(Number(durationMs)),
        ];
        this.line(`${clock()}  rules   ${parts.join(' · ')}`);
      },
      warn: (message, fields) => this.#warning(message, fields),
      error: (message, fields) => this.#warning(message, fields),
      metrics: () => undefined,
    };
  }

  #warning(message: string, fields: Fields): void {
    // A failed poll is shown with its summary already.
    if (fields['remedy'] !== undefined && message.startsWith('auth0:')) return;
    this.line(`${clock()}  warning ${message}`);
    if (fields['remedy'] !== undefined) this.line(`          ${fields['remedy']}`);
  }
}

/** Below this a bar would be gone before it is seen. */
const PROGRESS_EVENTS_MIN = 2_000;

const clock = (): string => new Date().toTimeString().slice(0, 8);
const count = (value: unknown): string => Number(value).toLocaleString('en-US');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const plural = (value: number, one: string, many: string = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
