import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventType } from '../../lambda/auth0/event-types.ts';
import { splitJsonArray } from '../../lambda/auth0/json-array.ts';
import {
  isRejected,
  type LogEvent,
  type RejectedEvent,
  readLogEvent,
} from '../../lambda/auth0/log-event.ts';
import { readPage } from '../../lambda/auth0/read-page.ts';

const CASES = join(import.meta.dirname, '..', 'cases');

interface Input {
  readonly description: string;
  readonly body: string;
}

const folders = readdirSync(CASES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const readCase = (folder: string, file: string): unknown =>
  JSON.parse(readFileSync(join(CASES, folder, file), 'utf8'));

function readBody(body: string): unknown {
  const events = readPage(Buffer.from(body, 'utf8'));
  return { whole: events !== undefined, events: (events ?? []).map(shown) };
}

function shown(event: LogEvent | RejectedEvent): unknown {
  const raw = event.raw.toString('utf8');
  // What follows the colon are the words of the JavaScript engine, which change with its version.
  if (isRejected(event)) return { raw, rejected: event.reason.split(': ')[0] };
  const { category, outcome } = eventType(event.type);
  const { logId, type, date = null } = event;
  return { raw, logId, type, date, category, outcome };
}

describe('a page of log events', () => {
  it('has cases to be read by', () => {
    expect(folders.length).toBeGreaterThanOrEqual(20);
  });

  it.each(folders)('is read the same event by event as at once in the case %s', (folder) => {
    const { body } = readCase(folder, 'input.json') as Input;
    const one = splitJsonArray(Buffer.from(body, 'utf8'))?.map((raw) => shown(readLogEvent(raw)));
    expect(readPage(Buffer.from(body, 'utf8'))?.map(shown)).toEqual(one);
  });

  it.each(folders)('is read as the case %s says', (folder) => {
    const { body, description } = readCase(folder, 'input.json') as Input;
    expect(readBody(body), description).toEqual(readCase(folder, 'expected.json'));
  });
});
