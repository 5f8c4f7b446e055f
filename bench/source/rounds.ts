import type { CellQuestion, Round } from './cell.ts';
import type { Counts } from './counts.ts';
import { Helper } from './helper.ts';
import type { ReaderName } from './one-cell.ts';

/** How the tenant answers, and how much is to be read in a round so that it takes a second or three. */
const LATENCIES = [
  { latencyMs: 0, backlog: 40_000 },
  { latencyMs: 20, backlog: 10_000 },
] as const;
const READERS: readonly ReaderName[] = ['page-loop', 'poller', 'pipeline'];
const ROUNDS = 5;

/** What the rounds of one reader at one latency came to. */
export interface ReaderResult {
  readonly reader: ReaderName;
  readonly latencyMs: number;
  readonly rounds: readonly Round[];
  readonly eventsPerSecond: number;
  /** Speed beside that of the page loop in the same round: the median. */
  readonly ratio: number;
  readonly cpuSecondsPer100k: number;
  readonly rssPeakMb: number;
  /** Of the last round. */
  readonly requests: Counts;
  /** Of a poll that finds nothing. */
  readonly idleRequests: Counts;
  /** Since its process was started, by host. */
  readonly connections: Counts;
}

/**
 * Reads the same backlogs in each way, in turn, so that whatever else the machine does meets all of
 * them. Each has a process of its own and reads one backlog that does not count, to be warm.
 */
export async function measureRounds(): Promise<readonly ReaderResult[]> {
  const results: ReaderResult[] = [];
  for (const { latencyMs, backlog } of LATENCIES) {
    const cells = await Promise.all(READERS.map((reader) => startCell(reader, latencyMs)));
    for (const { cell } of cells) await cell.ask<Round>({ backlog: backlog / 2 });
    for (let round = 1; round <= ROUNDS; round += 1) {
      process.stderr.write(`${latencyMs} ms, round ${round} of ${ROUNDS} ...\n`);
      for (const { cell, rounds } of cells) rounds.push(await cell.ask<Round>({ backlog }));
    }
    for (const started of cells) results.push(await resultOf(started, cells, latencyMs));
    for (const { cell } of cells) await cell.stop();
  }
  return results;
}

interface StartedCell {
  readonly reader: ReaderName;
  readonly cell: Helper<CellQuestion>;
  readonly rounds: Round[];
}

async function startCell(reader: ReaderName, latencyMs: number): Promise<StartedCell> {
  const args = [reader, String(latencyMs)];
  const cell = await Helper.start<CellQuestion>('bench/source/one-cell.ts', args, process.execArgv);
  return { reader, cell, rounds: [] };
}

async function resultOf(
  { reader, cell, rounds }: StartedCell,
  [loop]: readonly StartedCell[],
  latencyMs: number,
): Promise<ReaderResult> {
  const idle = await cell.ask<Round>({ backlog: 0 });
  return {
    reader,
    latencyMs,
    rounds,
    eventsPerSecond: median(rounds.map(({ events, seconds }) => events / seconds)),
    ratio: median(rounds.map(({ seconds }, at) => (loop?.rounds[at]?.seconds ?? 0) / seconds)),
    cpuSecondsPer100k: median(
      rounds.map(({ events, cpuSeconds }) => (100_000 * cpuSeconds) / events),
    ),
    rssPeakMb: Math.max(...rounds.map(({ rssPeakMb }) => rssPeakMb)),
    requests: rounds.at(-1)?.requests ?? {},
    idleRequests: idle.requests,
    connections: await cell.ask<Counts>({ ask: 'connections' }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
