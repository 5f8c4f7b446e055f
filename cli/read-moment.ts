import { UsageError } from '../local/usage-error.ts';

const DURATION_PATTERN = /^(\d{1,5})(m|h|d|w)$/;
const MOMENT_PATTERN = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Reads a time: a moment in UTC, or how long ago (`15m`, `8h`, `3d`, `2w`).
 *
 * @param option its name, for the message
 * @returns milliseconds since 1970
 * @throws {UsageError}
 */
export function readMoment(option: string, text: string, nowMs: number): number {
  const [, count, unit] = DURATION_PATTERN.exec(text) ?? [];
  if (unit !== undefined) return nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const ms = MOMENT_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(
    `${option} "${text}": expected a time in UTC such as 2026-11-22 or 2026-11-22T16:04:00Z, or how long ago: 15m, 8h, 3d, 2w`,
  );
}
