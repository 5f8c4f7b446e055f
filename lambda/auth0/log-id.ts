/**
 * Log ids are opaque strings (today 56 digits) whose order is the order of ingestion. They are
 * compared as numbers of any length would be; ids of another kind still get a fixed order.
 */
export function compareLogIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

/**
 * True when an id lies behind `after` and not behind `upTo`. An id of another length than `upTo` is
 * of another kind and lies nowhere; a bound `after` of another kind bounds nothing.
 */
export function isWithinIds(logId: string, after: string, upTo: string): boolean {
  if (logId.length !== upTo.length || compareLogIds(logId, upTo) > 0) return false;
  return logId.length !== after.length || compareLogIds(logId, after) > 0;
}

const TIMED_ID_PATTERN = /^900(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})/;

/**
 * When Auth0 ingested the event, in milliseconds since 1970, as far as the id tells. The layout
 * (`900`, UTC time, counter) was seen in every genuine id but is not documented, so nothing that
 * has to be right may rest on it.
 */
export function ingestedAtMs(logId: string): number | undefined {
  const parts = TIMED_ID_PATTERN.exec(logId);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, milli] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return Number.isFinite(ms) ? ms : undefined;
}
