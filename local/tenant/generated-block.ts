import type { AttackPlan } from './attacks/plan.ts';
import { ATTACKS } from './attacks/table.ts';
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
  /** The attacks that the traffic plays: their events follow each other within minutes. */
  readonly attacks?: AttackPlan | undefined;
}

const MINUTE_MS = 60_000;
/** Short and even, so that what belongs to an attack happens in its order. */
const ATTACK_LAG_MS = 250;

const SALT_TOGETHER = 21;
const SALT_MICROS = 22;

/**
 * Events that are computed when they are asked for: a tenant with a million of them costs a few
 * megabytes. Some are ingested together and differ only in the counter of their ids.
 */
export function generatedBlock(options: GeneratedBlockOptions): EventBlock {
  const { traffic, seed, count, fromMs, toMs, firstIndex, attacks } = options;
  const times = ingestionTimes(seed, count, fromMs, toMs);
  if (attacks !== undefined) crowdAttacks(times, attacks, firstIndex);
  const isAttacked = (index: number) => attacks?.runAt(firstIndex + index) !== undefined;
  const isTogether = (index: number) =>
    index > 0 && randomAt(seed, index, SALT_TOGETHER) < 0.1 && !isAttacked(index);
  /** The first event of the group that was ingested at one moment. */
  const leaderOf = (index: number): number => {
    let leader = index;
    while (isTogether(leader)) leader -= 1;
    return leader;
  };
  const ingestedMs = (index: number): number => times[leaderOf(index)] ?? fromMs;
  const dateMs = (index: number): number =>
    ingestedMs(index) -
    (isAttacked(index) ? ATTACK_LAG_MS : ingestionLagMs(seed, firstIndex + index));
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

/**
 * Moves the events of each attack, and the normal ones between them, close enough together. They begin
 * when they would have anyway, and what comes after stays where it is.
 */
function crowdAttacks(times: Float64Array, attacks: AttackPlan, firstIndex: number): void {
  for (const run of attacks.runsWithin(firstIndex, firstIndex + times.length)) {
    const from = Math.max(0, run.from - firstIndex);
    const to = Math.min(times.length, run.to - firstIndex);
    const startMs = times[from] ?? 0;
    const spanMs = (times[to - 1] ?? startMs) - startMs;
    const shrunk = Math.min(1, (ATTACKS[run.name].minutes * MINUTE_MS) / spanMs);
    for (let index = from; index < to; index += 1) {
      times[index] = Math.floor(startMs + ((times[index] ?? startMs) - startMs) * shrunk);
    }
  }
}
