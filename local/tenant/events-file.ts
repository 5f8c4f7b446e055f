import { readFileSync } from 'node:fs';
import { splitJsonArray } from '../../lambda/auth0/json-array.ts';
import { compareLogIds, ingestedAtMs } from '../../lambda/auth0/log-id.ts';
import { UsageError } from '../usage-error.ts';
import type { TextEvent } from './event-block.ts';
import { shiftLogId } from './log-ids.ts';

/**
 * Reads log events from a file: NDJSON or one JSON array, as polled or as streamed. Each event's
 * text is kept; only its date and its id are moved when the events are.
 *
 * @param newestAtMs the time that the newest event is moved to; undefined leaves all as it is
 * @returns the events in the order of their ids
 * @throws {UsageError} when the file can't be read or holds no event
 */
export function readEventsFile(path: string, newestAtMs: number | undefined): TextEvent[] {
  const held = inIdOrder(readElements(path).map(describe));
  if (held.length === 0) throw new UsageError(`The file ${path} holds no log events`);
  if (newestAtMs === undefined) return held;
  const newest = Math.max(...held.map(({ ingestedMs }) => ingestedMs));
  const shiftMs = Math.floor(newestAtMs - newest);
  return held.map((event) => shift(event, shiftMs));
}

function readElements(path: string): Buffer[] {
  let text: Buffer;
  try {
    text = readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(`The events file ${path} can't be read (${why})`);
  }
  const body = text.subarray(text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0);
  return splitJsonArray(body) ?? nonEmptyLines(body);
}

function nonEmptyLines(body: Buffer): Buffer[] {
  return body
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => Buffer.from(line, 'latin1'));
}

/** Finds id and times of an event; the inner object of a streamed record is the event. */
function describe(element: Buffer): TextEvent {
  const value = parseObject(element);
  const data = value?.['data'];
  const isStreamed =
    typeof data === 'object' && data !== null && typeof value?.['date'] !== 'string';
  const json = isStreamed ? polledForm(data, value?.['log_id']) : element;
  const event = isStreamed ? parseObject(json) : value;
  const logId = typeof event?.['log_id'] === 'string' ? event['log_id'] : undefined;
  const date = Date.parse(String(event?.['date']));
  const dateMs = Number.isNaN(date) ? undefined : date;
  const ingestedMs = (logId === undefined ? undefined : ingestedAtMs(logId)) ?? dateMs ?? 0;
  return { logId, dateMs: dateMs ?? ingestedMs, ingestedMs, json };
}

/** What the Logs API would answer for an event that a log stream delivered. */
function polledForm(data: object, logId: unknown): Buffer {
  const { is_mobile, environment_name: _internal, ...event } = data as Record<string, unknown>;
  const id = event['log_id'] ?? logId;
  const polled = {
    ...event,
    log_id: id,
    _id: id,
    ...(is_mobile !== undefined && { isMobile: is_mobile }),
  };
  return Buffer.from(JSON.stringify(polled));
}

/** Sorts by id; an event without one keeps its place behind the one before it. */
function inIdOrder(events: readonly TextEvent[]): TextEvent[] {
  const firstId = events.find(({ logId }) => logId !== undefined)?.logId;
  const lastId = events.findLast(({ logId }) => logId !== undefined)?.logId;
  const isNewestFirst = compareLogIds(firstId ?? '', lastId ?? '') > 0;
  const ordered = isNewestFirst ? events.toReversed() : [...events];
  let place = '';
  return ordered
    .map((event) => {
      place = event.logId ?? place;
      return { event, place };
    })
    .sort((a, b) => compareLogIds(a.place, b.place))
    .map(({ event }) => event);
}

function shift(event: TextEvent, shiftMs: number): TextEvent {
  const value = parseObject(event.json);
  let text = event.json.toString('utf8');
  const date = value?.['date'];
  if (typeof date === 'string' && !Number.isNaN(Date.parse(date))) {
    const moved = new Date(Date.parse(date) + shiftMs).toISOString();
    text = text.replace(JSON.stringify(date), () => JSON.stringify(moved));
  }
  const logId = event.logId === undefined ? undefined : shiftLogId(event.logId, shiftMs);
  if (event.logId !== undefined && logId !== undefined) {
    text = text.replaceAll(JSON.stringify(event.logId), () => JSON.stringify(logId));
  }
  return {
    logId,
    dateMs: event.dateMs + shiftMs,
    ingestedMs: event.ingestedMs + shiftMs,
    json: Buffer.from(text),
  };
}

function parseObject(json: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
