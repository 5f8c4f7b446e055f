const COUNTER_BASE = 1_223_372_036_854_775_808n;

/**
 * A log id in the layout that genuine ids show: `900`, the time of ingestion in UTC to the
 * microsecond, zeros, and a counter that grows with every event of the environment.
 *
 * @param micros microseconds within the millisecond, 0 to 999
 */
export function makeLogId(ingestedMs: number, micros: number, counter: number): string {
  const digits = new Date(ingestedMs).toISOString().replaceAll(/[-:TZ.]/g, '');
  return `900${digits}${String(micros).padStart(3, '0')}${'0'.repeat(14)}${COUNTER_BASE + BigInt(counter)}`;
}

const TIMED_PATTERN = /^900(\d{17})(\d*)$/;

/** Moves the time within an id and keeps the rest; ids of another layout stay as they are. */
export function shiftLogId(logId: string, shiftMs: number): string {
  const parts = TIMED_PATTERN.exec(logId);
  const ms = parsedMs(parts?.[1]);
  if (parts === null || ms === undefined) return logId;
  const digits = new Date(ms + shiftMs).toISOString().replaceAll(/[-:TZ.]/g, '');
  return `900${digits}${parts[2]}`;
}

function parsedMs(digits: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})$/.exec(digits ?? '');
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, milli] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
