/**
 * A {@link Cell} in a process of its own. Forked by the bench, it is asked; started by hand, for a
 * profile, it warms up and prints one round:
 * `node --cpu-prof bench/source/one-cell.ts page-loop|poller|pipeline LATENCY_MS EVENTS`.
 */
import { Cell } from './cell.ts';
import type { Reader } from './reader.ts';

const READERS = {
  'page-loop': async () => (await import('./page-loop.ts')).openPageLoop(),
  poller: async () => (await import('./poller-reader.ts')).openPoller(),
  pipeline: async () => (await import('./pipeline-reader.ts')).openPipeline(),
} satisfies Record<string, () => Promise<Reader>>;

export type ReaderName = keyof typeof READERS;

const WARM_UP_EVENTS = 20_000;

const [name = '', latencyMs, events] = process.argv.slice(2);
const open = READERS[name as ReaderName];
if (open === undefined) throw new Error(`A cell is one of ${Object.keys(READERS).join(', ')}`);
const cell = await Cell.open(open, Number(latencyMs));
if (process.send === undefined) {
  await cell.measure(WARM_UP_EVENTS);
  const round = await cell.measure(Number(events));
  console.log(JSON.stringify({ ...round, connections: await cell.connections() }, null, 2));
  await cell.close();
} else {
  cell.serve();
}
