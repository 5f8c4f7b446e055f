import { splitJsonArray } from './json-array.ts';
import { type LogEvent, type RejectedEvent, readLogEvent, readLogValue } from './log-event.ts';

/** A larger page is parsed event by event, so that its values are not in memory all at once. */
const PARSED_AT_ONCE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads the body of a page: each event with its own text. One that can't be read is rejected; it
 * doesn't spoil the others.
 *
 * @returns undefined when the body is not one whole array
 */
export function readPage(body: Buffer): (LogEvent | RejectedEvent)[] | undefined {
  const elements = splitJsonArray(body);
  if (elements === undefined) return undefined;
  const values = body.length <= PARSED_AT_ONCE_BYTES_MAX ? parseArray(body) : undefined;
  if (values?.length !== elements.length) return elements.map(readLogEvent);
  return elements.map((raw, index) => readLogValue(values[index], raw));
}

/** Parsing a page at once takes half as long as parsing its events one by one. */
function parseArray(body: Buffer): readonly unknown[] | undefined {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
