import { createHash } from 'node:crypto';
import * as z from '../platform/schema.ts';

/** A log event as far as the collector has to understand it, and its text as Auth0 served it. */
export interface LogEvent {
  readonly logId: string;
  /** Event type code such as `fp`; `unknown` when the event has none. */
  readonly type: string;
  /** When it happened, ISO 8601, if the event says so. */
  readonly date: string | undefined;
  readonly raw: Buffer;
}

/** What can't be a log event, kept with the reason. */
export interface RejectedEvent {
  readonly reason: string;
  readonly raw: Buffer;
}

export const LOG_ID_CHARS_MAX = 4096;

/**
 * Only the id has to be right: without it an event can't be told from another. Everything else may
 * be missing, of another type or new, and passes through.
 */
const LOG_EVENT = z.object({
  log_id: z.string().check(z.minLength(1), z.maxLength(LOG_ID_CHARS_MAX)),
  type: z.catch(z.string().check(z.minLength(1), z.maxLength(200)), 'unknown'),
  date: z.catch(z.optional(z.iso.datetime({ offset: true })), undefined),
});

/** Reads one element of a page. */
export function readLogEvent(raw: Buffer): LogEvent | RejectedEvent {
  let value: unknown;
  try {
    value = JSON.parse(raw.toString('utf8'));
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    return { reason: `not valid JSON: ${words.slice(0, 200)}`, raw };
  }
  return readLogValue(value, raw);
}

/**
 * Reads an element that was parsed already.
 *
 * @param raw its text
 */
export function readLogValue(value: unknown, raw: Buffer): LogEvent | RejectedEvent {
  const parsed = LOG_EVENT.safeParse(value);
  if (!parsed.success) return { reason: reasonOf(value), raw };
  const { log_id, type, date } = parsed.data;
  return { logId: log_id, type, date, raw };
}

export const isRejected = (event: LogEvent | RejectedEvent): event is RejectedEvent =>
  'reason' in event;

/** What an event is known by when it comes again: its id, or for what has none its content. */
export const keyOfEvent = (event: LogEvent | RejectedEvent): string =>
  isRejected(event)
    ? `rejected:${createHash('sha256').update(event.raw).digest('hex')}`
    : event.logId;

function reasonOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'not a JSON object';
  }
  const logId = (value as { log_id?: unknown }).log_id;
  if (logId === undefined) return 'log_id is missing';
  if (typeof logId !== 'string') return `log_id is a ${typeof logId}, not a string`;
  return logId === '' ? 'log_id is empty' : `log_id is longer than ${LOG_ID_CHARS_MAX} characters`;
}
