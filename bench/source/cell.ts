import type { Counts } from './counts.ts';
import { answerQuestions, Helper } from './helper.ts';
import type { Reader } from './reader.ts';
import { routeToTenant } from './route.ts';
import type { Served, TenantPlace, TenantQuestion } from './tenant.ts';

/** A backlog to be read, or the connections opened so far. */
export type CellQuestion = { readonly backlog: number } | { readonly ask: 'connections' };

/** What reading a backlog took. */
export interface Round {
  readonly events: number;
  readonly seconds: number;
  /** Of all threads of this process. */
  readonly cpuSeconds: number;
  /** The most memory that this process ever had. */
  readonly rssPeakMb: number;
  /** As it was seen every {@link SAMPLE_EVERY_MS}, in this round alone. */
  readonly rssSampledMb: number;
  readonly requests: Counts;
}

const SAMPLE_EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;
const MEGABYTE_IN_KB = 1024;

/** One way to read one tenant, measured in the process that it is opened in. */
export class Cell {
  readonly #reader: Reader;
  readonly #tenant: Helper<TenantQuestion>;
  /** How often each event is read. */
  readonly #times: number;

  private constructor(reader: Reader, tenant: Helper<TenantQuestion>, times: number) {
    this.#reader = reader;
    this.#tenant = tenant;
    this.#times = times;
  }

  /**
   * Starts a tenant for it alone, and reads the event that is there from the start: with it, whatever
   * belongs to a first poll is over.
   *
   * @param times how often the reader reads each event: once for each poller that it has
   */
  static async open(open: () => Promise<Reader>, latencyMs: number, times = 1): Promise<Cell> {
    const tenant = await Helper.start<TenantQuestion>('bench/source/tenant.ts', [`${latencyMs}`]);
    routeToTenant(await tenant.ask<TenantPlace>({ ask: 'place' }));
    const reader = await open();
    await reader.read();
    return new Cell(reader, tenant, times);
  }

  /** @throws when not every event of the backlog was read, or not all that was read came out */
  async measure(backlog: number): Promise<Round> {
    await this.#tenant.ask({ grow: backlog });
    await this.#tenant.ask<Served>({ ask: 'served' });
    let rssSampled = 0;
    const sampling = setInterval(() => {
      rssSampled = Math.max(rssSampled, process.memoryUsage.rss());
    }, SAMPLE_EVERY_MS);
    const cpuBefore = process.cpuUsage();
    const startedAtMs = performance.now();
    const read = await this.#reader.read();
    const seconds = (performance.now() - startedAtMs) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    clearInterval(sampling);
    const expected = backlog * this.#times;
    if (read.events !== expected) throw new Error(`${read.events} of ${expected} events were read`);
    const served = await this.#tenant.ask<Served>({ ask: 'served' });
    return {
      events: read.events,
      seconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      rssPeakMb: process.resourceUsage().maxRSS / MEGABYTE_IN_KB,
      rssSampledMb: rssSampled / MEGABYTE,
      requests: { ...served.requests, ...read.requests },
    };
  }

  async connections(): Promise<Counts> {
    const served = await this.#tenant.ask<Served>({ ask: 'served' });
    return { ...served.connections, ...(await this.#reader.connections()) };
  }

  /** Answers {@link CellQuestion}s of the process that started this one. */
  serve(): void {
    answerQuestions(
      (question: CellQuestion): Promise<Round | Counts> =>
        'backlog' in question ? this.measure(question.backlog) : this.connections(),
      () => this.close(),
    );
  }

  async close(): Promise<void> {
    await this.#reader.stop();
    await this.#tenant.stop();
  }
}
