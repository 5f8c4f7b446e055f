import { randomAt } from './random.ts';

const HOUR_MS = 3600_000;

/**
 * Ingestion times of `count` events between two moments, ascending, with the rhythm of a working
 * day: most events around noon and on weekdays (UTC), few at night.
 */
export function ingestionTimes(
  seed: number,
  count: number,
  fromMs: number,
  toMs: number,
): Float64Array {
  const edges = hourEdges(fromMs, toMs);
  const weights = edges.slice(1).map((end, index) => weightBetween(edges[index] ?? end, end));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const times = new Float64Array(count);
  let hour = 0;
  let before = 0;
  for (let index = 0; index < count; index += 1) {
    const position = ((index + randomAt(seed, index, SALT_TIME)) / count) * total;
    while (hour < weights.length - 1 && before + (weights[hour] ?? 0) < position) {
      before += weights[hour] ?? 0;
      hour += 1;
    }
    const start = edges[hour] ?? fromMs;
    const end = edges[hour + 1] ?? toMs;
    const within = (position - before) / (weights[hour] || 1);
    times[index] = Math.floor(start + Math.min(1, within) * (end - start));
  }
  return times;
}

/**
 * How long after it happened an event was ingested, in milliseconds: mostly well under a second,
 * sometimes seconds, one in a thousand about two minutes. So order by id is not order by date.
 */
export function ingestionLagMs(seed: number, index: number): number {
  const draw = randomAt(seed, index, SALT_LAG);
  const spread = randomAt(seed, index, SALT_SPREAD);
  if (draw < 0.001) return 60_000 + Math.floor(spread * (INGESTION_LAG_MAX_MS - 60_000));
  if (draw < 0.06) return 1_000 + Math.floor(spread * 4_300);
  return 20 + Math.floor(spread * 400);
}

export const INGESTION_LAG_MAX_MS = 130_000;

const SALT_TIME = 11;
const SALT_LAG = 12;
const SALT_SPREAD = 13;

function hourEdges(fromMs: number, toMs: number): number[] {
  const edges = [fromMs];
  for (let at = (Math.floor(fromMs / HOUR_MS) + 1) * HOUR_MS; at < toMs; at += HOUR_MS) {
    edges.push(at);
  }
  return [...edges, toMs];
}

function weightBetween(startMs: number, endMs: number): number {
  const middle = new Date((startMs + endMs) / 2);
  const isWeekend = middle.getUTCDay() === 0 || middle.getUTCDay() === 6;
  const dayCurve = 1 + 0.8 * Math.sin(((middle.getUTCHours() - 7) / 24) * 2 * Math.PI);
  return (endMs - startMs) * dayCurve * (isWeekend ? 0.4 : 1);
}
