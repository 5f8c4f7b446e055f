import type { EventBlock } from './event-block.ts';
import { makeLogId } from './log-ids.ts';
import { randomAt } from './random.ts';
import { INGESTION_LAG_MAX_MS, ingestionLagMs, ingestionTimes } from './timeline.ts';
import type { Traffic } from './traffic.ts';

export interface GeneratedBlockOptions {
  readonly traffic: Traffic;
  readonly seed: number;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many events the tenant held before this block. */
  readonly firstIndex: number;
}

const SALT_TOGETHER = 21;
const SALT_MICROS = 22;

/**
 * Events that are computed when they are asked for: a tenant with a million of them costs a few
 * megabytes. Some are ingested together and differ only in the counter of their ids.
 */
export function generatedBlock(options: GeneratedBlockOptions): EventBlock {
  const { traffic, seed, count, fromMs, toMs, firstIndex } = options;
  const times = ingestionTimes(seed, count, fromMs, toMs);
  const isTogether = (index: number) => index > 0 && randomAt(seed, index, SALT_TOGETHER) < 0.1;
  /** The first event of the group that was ingested at one moment. */
  const leaderOf = (index: number): number => {
    let leader = index;
    while (isTogether(leader)) leader -= 1;
    return leader;
  };
  const ingestedMs = (index: number): number => times[leaderOf(index)] ?? fromMs;
  const dateMs = (index: number): number =>
    ingestedMs(index) - ingestionLagMs(seed, firstIndex + index);
  const logId = (index: number): string => {
    const leader = leaderOf(index);
    // Within a millisecond the counter alone would give the order; the microseconds must agree.
    const isAlone = (times[leader] ?? 0) !== (times[leaderOf(Math.max(0, leader - 1))] ?? -1);
    const micros = isAlone ? Math.floor(randomAt(seed, leader, SALT_MICROS) * 500) : 500;
    return makeLogId(ingestedMs(index), micros, firstIndex + index);
  };
  return {
    count,
    logId,
    dateMs,
    ingestedMs,
    lagMaxMs: INGESTION_LAG_MAX_MS,
    json: (index) =>
      Buffer.from(
        JSON.stringify(
          traffic.event({
            index: firstIndex + index,
            logId: logId(index),
            date: new Date(dateMs(index)),
          }),
        ),
      ),
  };
}
