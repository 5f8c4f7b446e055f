import cliProgress from 'cli-progress';
import type { Telemetry } from '../lambda/platform/telemetry.ts';
import { clock, count, plural, seconds } from './output-words.ts';
import { TenantOutput } from './tenant-output.ts';

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
  readonly #tenants = new Set<string>();
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

  /** The names of those that had lines of their own. */
  get tenants(): readonly string[] {
    return [...this.#tenants];
  }

  /** The lines of one tenant; with its name in them from the second tenant on. */
  ofTenant(tenant: string): TenantOutput {
    this.#tenants.add(tenant);
    return new TenantOutput({
      label: () => (this.#tenants.size > 1 ? `${tenant}: ` : ''),
      line: (text) => this.line(text),
      compacted: (events) => {
        this.totals.compacted += events;
      },
    });
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
      warn: (message, fields) => this.#warnings.warning(message, fields),
      error: (message, fields) => this.#warnings.warning(message, fields),
      metrics: () => undefined,
    };
  }

  /** Those of ingest, which works for all tenants. */
  readonly #warnings = new TenantOutput({
    label: () => '',
    line: (text) => this.line(text),
    compacted: () => undefined,
  });
}

/** Below this a bar would be gone before it is seen. */
const PROGRESS_EVENTS_MIN = 2_000;
