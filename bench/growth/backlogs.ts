import { POLLER } from '../../lambda/platform/names.ts';
import { readPrices, totalOf } from '../cost/prices.ts';
import { figure } from '../figure.ts';
import { lambdaFlags, readOnce } from '../source/memory.ts';
import { type CountedBacklog, countBacklog, unitsOfBacklog } from './counted-backlog.ts';
import type { BacklogResult } from './results.ts';

const BACKLOGS = [10_000, 30_000, 100_000, 300_000, 1_000_000];
/** Counting takes every handler on the embedded AWS, so it ends where it would take minutes. */
const COUNTED_EVENTS_MAX = 100_000;

/**
 * What backlogs of growing size take, each read in a process of its own by the poller as it is
 * deployed, under the flags of its Lambda.
 *
 * @param script the bundled cell
 */
export async function measureBacklogs(script: string): Promise<readonly BacklogResult[]> {
  const counted: CountedBacklog[] = [];
  for (const events of BACKLOGS.filter((size) => size <= COUNTED_EVENTS_MAX)) {
    process.stderr.write(`counting what ${figure(events)} events cost ...\n`);
    counted.push(countBacklog(events));
  }
  const prices = readPrices();
  const results: BacklogResult[] = [];
  for (const backlog of BACKLOGS) {
    process.stderr.write(`reading ${figure(backlog)} events ...\n`);
    const { events, seconds, rssPeakMb } = await readOnce(
      script,
      lambdaFlags(POLLER.memoryMb),
      backlog,
    );
    results.push({
      events,
      eventsPerSecond: events / seconds,
      rssPeakMb,
      usd: totalOf(prices, unitsOfBacklog(counted, events)),
      isUsdCounted: counted.some((one) => one.events === events),
    });
  }
  return results;
}
