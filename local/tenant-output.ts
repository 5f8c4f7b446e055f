import type { PollSummary } from '../lambda/collect/poll.ts';
import type { Fields, Telemetry } from '../lambda/platform/telemetry.ts';
import { clock, count, plural, seconds } from './output-words.ts';

/** Where the lines of a tenant go. */
export interface Printer {
  /** What stands before the words of a line: whose it is, where there are several. */
  label(): string;
  line(text: string): void;
  compacted(events: number): void;
}

/** The functions that work for one tenant. */
type Part = 'poller' | 'compactor' | 'detector';

/** What a run says of one tenant. */
export class TenantOutput {
  readonly #printer: Printer;

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  /** A line with the time and the name of what speaks. */
  #say(what: string, text: string): void {
    this.#printer.line(`${clock()}  ${what.padEnd(7)} ${this.#printer.label()}${text}`);
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
    this.#say('poll', parts.join(' · '));
    if (summary.error !== undefined) {
      this.#printer.line(`          ${summary.error.code}: ${summary.error.message}`);
      this.#printer.line(`          ${summary.error.remedy}`);
    }
  }

  /** The poller's own words are shown by {@link poll}; its warnings as they come. */
  telemetry(part: Part): Telemetry {
    return {
      summary: (_message, fields) => {
        if (part === 'compactor') this.#compacted(fields);
        if (part === 'detector') this.#detected(fields);
      },
      warn: (message, fields) => this.warning(message, fields),
      error: (message, fields) => {
        if (part !== 'poller') this.warning(message, fields);
      },
      metrics: () => undefined,
    };
  }

  #compacted({ events = 0, objects = 0, durationMs = 0 }: Fields): void {
    this.#printer.compacted(Number(events));
    if (objects === 0) return;
    const parts = [
      `wrote ${plural(Number(events), 'log event')} in ${plural(Number(objects), 'Parquet object')}`,
      seconds(Number(durationMs)),
    ];
    this.#say('lake', parts.join(' · '));
  }

  #detected({ opened = 0, grown = 0, events = 0, durationMs = 0 }: Fields): void {
    if (events === 0) return;
    const parts = [
      `${plural(Number(opened), 'incident')} in ${plural(Number(events), 'log event')}`,
      ...(grown ? [`${count(grown)} grew`] : []),
      seconds(Number(durationMs)),
    ];
    this.#say('rules', parts.join(' · '));
  }

  warning(message: string, fields: Fields): void {
    // A failed poll is shown with its summary already.
    if (fields['remedy'] !== undefined && message.startsWith('auth0:')) return;
    this.#say('warning', message);
    if (fields['remedy'] !== undefined) this.#printer.line(`          ${fields['remedy']}`);
  }
}
