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
 * @throws {UsageError} when the file can't be read, holds no event or is a cut-off array
 */
export function readEventsFile(path: string, newestAtMs: number | undefined): TextEvent[] {
  const held = withTimes(inIdOrder(readElements(path).map(describe)));
  if (held.length === 0) throw new UsageError(`The file ${path} holds no log events`);
  if (newestAtMs === undefined) return held;
  const newestMs = held.at(-1)?.ingestedMs ?? newestAtMs;
  const shiftMs = Math.floor(newestAtMs - newestMs);
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
  const elements = splitJsonArray(body);
  if (elements !== undefined) return elements;
  if (/^\s*\[/.test(body.toString('latin1', 0, 1_000))) {
    throw new UsageError(`The JSON array in ${path} is not whole: is the file cut off?`);
  }
  return nonEmptyLines(body).map(servable);
}

/** A line that would tear the page it is served in is served as a JSON string instead. */
function servable(line: Buffer): Buffer {
  const inPage = Buffer.concat([Buffer.from('['), line, Buffer.from(']')]);
  return splitJsonArray(inPage)?.length === 1
    ? line
    : Buffer.from(JSON.stringify(line.toString('utf8')));
}

function nonEmptyLines(body: Buffer): Buffer[] {
  return body
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => Buffer.from(line, 'latin1'));
}

/** Finds id and times of an event; the inner object of a streamed record is the event. */
function describe(element: Buffer): Described {
  const value = parseObject(element);
  const data = value?.['data'];
  const isStreamed =
    typeof data === 'object' && data !== null && typeof value?.['date'] !== 'string';
  const json = isStreamed ? polledForm(data, value?.['log_id']) : element;
  const event = isStreamed ? parseObject(json) : value;
  const id = event?.['log_id'];
  const logId = typeof id === 'string' && id !== '' ? id : undefined;
  const date = Date.parse(String(event?.['date']));
  const dateMs = Number.isNaN(date) ? undefined : date;
  const ingestedMs = (logId === undefined ? undefined : ingestedAtMs(logId)) ?? dateMs;
  return { logId, dateMs: dateMs ?? ingestedMs, ingestedMs, json };
}

/** A damaged event may not tell its times. */
type Described = Omit<TextEvent, 'dateMs' | 'ingestedMs'> & {
  readonly dateMs: number | undefined;
  readonly ingestedMs: number | undefined;
};

/** Gives each event times that fit its place: ingestion goes on from event to event. */
function withTimes(events: readonly Described[]): TextEvent[] {
  const first = events.find(({ ingestedMs }) => ingestedMs !== undefined);
  let ingestedMs = first?.ingestedMs ?? 0;
  let dateMs = first?.dateMs ?? 0;
  return events.map((event) => {
    ingestedMs = Math.max(ingestedMs, event.ingestedMs ?? ingestedMs);
    dateMs = event.dateMs ?? dateMs;
    return { ...event, dateMs, ingestedMs };
  });
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
function inIdOrder(events: readonly Described[]): Described[] {
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
    text = replaceDate(event.json, JSON.stringify(moved));
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

/** Replaces the value of the member `date`, and no equal value elsewhere in the event. */
function replaceDate(json: Buffer, moved: string): string {
  const asArray = Buffer.from(json);
  asArray[json.indexOf('{')] = '['.charCodeAt(0);
  asArray[json.lastIndexOf('}')] = ']'.charCodeAt(0);
  const member = splitJsonArray(asArray)?.findLast((slice) => NAMED_DATE.test(slice.toString()));
  if (member === undefined) return json.toString('utf8');
  const start = member.byteOffset - asArray.byteOffset;
  const name = NAMED_DATE.exec(member.toString())?.[0] ?? '';
  const before = json.toString('utf8', 0, start);
  return `${before}${name}${moved}${json.toString('utf8', start + member.length)}`;
}

const NAMED_DATE = /^"date"\s*:\s*/;

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
