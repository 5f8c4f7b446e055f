import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateTenant } from '../../local/simulate.ts';
import type { TextEvent } from '../../local/tenant/event-block.ts';
import { readEventsFile } from '../../local/tenant/events-file.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { UsageError } from '../../local/usage-error.ts';
import { NOW, serve, temporaryFolder, walk } from './tenant-client.ts';

const OLD = Date.parse('2025-05-05T10:00:00.250Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const id = (index: number, ms: number = OLD + index * 1000): string => makeLogId(ms, 3, index);

const polled = (index: number): string =>
  `{"date":"${iso(OLD + index * 1000 - 40)}","type":"s","log_id":"${id(index)}","_id":"${id(index)}"}`;

function fileOf(content: string | Buffer): string {
  const path = join(temporaryFolder(), 'events.ndjson');
  writeFileSync(path, content);
  return path;
}

const read = (content: string | Buffer, newestAtMs?: number): TextEvent[] =>
  readEventsFile(fileOf(content), newestAtMs);
const texts = (events: readonly TextEvent[]): string[] => events.map(({ json }) => `${json}`);
const THREE = [0, 1, 2].map(polled);

describe('a file of events', () => {
  it.each([
    ['NDJSON', THREE.join('\n')],
    ['NDJSON with a line end at its end', `${THREE.join('\n')}\n`],
    ['NDJSON with empty lines', `\n\n${THREE.join('\n\n')}\n \n`],
    ['NDJSON of CRLF lines', `${THREE.join('\r\n')}\r\n`],
    ['NDJSON behind a byte order mark', `\uFEFF${THREE.join('\n')}`],
    ['NDJSON, newest first', THREE.toReversed().join('\n')],
    ['a JSON array', `[${THREE.join(',')}]`],
    ['a JSON array over many lines', `[\r\n  ${THREE.join(',\r\n  ')}\r\n]\r\n`],
    ['a JSON array behind a byte order mark', `\uFEFF[${THREE.join(',')}]`],
    ['a JSON array, newest first', `[${THREE.toReversed().join(',')}]`],
  ])('is read as %s', (_form, content) => {
    const events = read(content);
    expect(texts(events)).toEqual(THREE);
    expect(events.map(({ logId }) => logId)).toEqual([id(0), id(1), id(2)]);
    expect(events.map(({ ingestedMs, dateMs }) => [ingestedMs - OLD, dateMs - OLD])).toEqual([
      [0, -40],
      [1000, 960],
      [2000, 1960],
    ]);
  });

  it('may hold what a log stream delivered, and gives what the Logs API would', () => {
    const streamed = [1, 0].map((index) => ({
      log_id: id(index),
      data: {
        date: iso(OLD),
        type: 'fp',
        is_mobile: true,
        environment_name: 'prod-us-1',
        details: { prompts: [] },
      },
    }));
    const events = read(streamed.map((record) => JSON.stringify(record)).join('\n'));
    expect(texts(events).map((text) => JSON.parse(text))).toEqual(
      [0, 1].map((index) => ({
        date: iso(OLD),
        type: 'fp',
        details: { prompts: [] },
        log_id: id(index),
        _id: id(index),
        isMobile: true,
      })),
    );
  });

  it('keeps events with the same id, in the order of the file', () => {
    const twice = [polled(0), polled(1), polled(1).replace('"s"', '"fp"'), polled(2)];
    expect(texts(read(twice.join('\n')))).toEqual(twice);
  });

  it('keeps events without an id in their places, also when it is newest first', () => {
    const lines = [
      '{"no":"id, first"}',
      polled(0),
      '{"no":"id","log_id":17}',
      'garbage',
      polled(1),
      '{"log_id":""}',
    ];
    for (const [content, expected] of [
      [lines, lines],
      [lines.toReversed(), lines],
    ]) {
      const events = read(content?.join('\n') ?? '', NOW);
      expect(events).toHaveLength(lines.length);
      expect(events.map(({ logId }) => logId !== undefined)).toEqual(
        expected?.map((line) => line.includes('"s"')),
      );
      const times = events.map(({ ingestedMs }) => ingestedMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBe(NOW);
      expect(NOW - (times[0] ?? 0)).toBe(1000);
    }
  });

  it('keeps a broken line as it stands, or as a JSON string when it would tear its page', () => {
    const whole = [polled(0), 'not json', '{"log_id":nope}', polled(1)];
    expect(texts(read(whole.join('\n')))).toEqual(whole);
    for (const torn of [`${polled(1).slice(0, 40)}`, '}', '{"a":"b', '{"a":1},', '[', ',']) {
      expect(texts(read([polled(0), torn, polled(2)].join('\n')))).toEqual([
        polled(0),
        JSON.stringify(torn),
        polled(2),
      ]);
    }
  });

  it('is served whole over HTTP, broken lines too', async () => {
    const lines = Array.from({ length: 60 }, (_, index) =>
      index % 4 === 2 ? `{"cut off":"${index}` : polled(index),
    );
    const events = read(lines.join('\n'), NOW);
    const pages = await walk(await serve(events), '0', 7);
    expect(pages.flatMap((page) => page.json() as unknown[])).toEqual(
      texts(events).map((text) => JSON.parse(text)),
    );
  });
});

describe('events that are moved in time', () => {
  it('end with the newest at the time asked for, their distances kept', () => {
    const events = read(THREE.join('\n'), NOW);
    expect(events.map(({ ingestedMs }) => NOW - ingestedMs)).toEqual([2000, 1000, 0]);
    expect(events.map(({ dateMs }) => NOW - dateMs)).toEqual([2040, 1040, 40]);
    expect(texts(events)).toEqual(
      [0, 1, 2].map((index) => {
        const at = id(index, NOW - 2000 + index * 1000);
        return `{"date":"${iso(NOW - 2040 + index * 1000)}","type":"s","log_id":"${at}","_id":"${at}"}`;
      }),
    );
  });

  it('keep all other text: spacing, order, big numbers, escapes, equal dates elsewhere', () => {
    const date = iso(OLD);
    const line = (dated: string, named: string) =>
      `{ "n" : 12345678901234567890,"f":1.0, "seen":"${date}", "details":{"date":"${date}","x":"}]\\""}, "date" :  "${dated}","e":"\\u00e9ß", "log_id":"${named}","_id": "${named}" }`;
    const [moved] = read(line(date, id(0)), NOW);
    expect(`${moved?.json}`).toBe(line(iso(NOW), id(0, NOW)));
  });

  it('leave dates and ids of another make alone', () => {
    const lines = ['{"date":"yesterday","log_id":"abc-1"}', '{"date":null,"log_id":"abc-2"}'];
    expect(texts(read(lines.join('\n'), NOW))).toEqual(lines);
  });

  it('come back to the very same text when they are moved back', () => {
    const extra = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
    fc.assert(
      fc.property(fc.array(extra, { minLength: 1, maxLength: 4 }), fc.nat(4), (extras, indent) => {
        const events = extras.map(({ date: _date, log_id: _id, data: _data, ...rest }, index) => ({
          ...rest,
          date: iso(OLD + index * 1000),
          log_id: id(index),
          details: rest,
        }));
        const content = JSON.stringify(events, null, indent);
        const there = read(content);
        const moved = read(`[${texts(read(content, NOW)).join(',')}]`);
        expect(moved.at(-1)?.ingestedMs).toBe(NOW);
        const back = read(`[${texts(moved).join(',')}]`, there.at(-1)?.ingestedMs);
        expect(texts(back)).toEqual(texts(there));
      }),
      { numRuns: 40 },
    );
  });

  it('are moved without regard to how many they are', () => {
    const lines = Array.from({ length: 130_000 }, (_, index) => `{"log_id":"${id(index)}"}`);
    expect(read(lines.join('\n'), NOW)).toHaveLength(lines.length);
  });
});

describe('a file that holds no events', () => {
  it.each([
    ['an empty file', ''],
    ['a byte order mark', '\uFEFF'],
    ['empty lines', '\n \r\n'],
    ['an empty array', ' [ ] '],
  ])('because it is %s is named in one sentence', (_what, content) => {
    const path = fileOf(content);
    expect(() => readEventsFile(path, NOW)).toThrow(
      new UsageError(`The file ${path} holds no log events`),
    );
  });

  it('because its array is cut off is named in one sentence', () => {
    const path = fileOf(`[${polled(0)},\n${polled(1).slice(0, 30)}`);
    expect(() => readEventsFile(path, NOW)).toThrow(
      new UsageError(`The JSON array in ${path} is not whole: is the file cut off?`),
    );
  });

  it('because it is missing or a folder is named in one sentence', async () => {
    const dir = temporaryFolder();
    const missing = join(dir, 'missing.ndjson');
    expect(() => readEventsFile(missing, NOW)).toThrow(
      new UsageError(`The events file ${missing} can't be read (ENOENT)`),
    );
    for (const eventsFile of [missing, dir]) {
      const starting = simulateTenant({
        dir: join(dir, 'tenant'),
        plan: 'enterprise',
        events: 0,
        seed: 1,
        eventsFile,
        asIs: false,
        isLive: false,
      });
      await expect(starting).rejects.toThrow(
        new UsageError(`There is no events file ${eventsFile}`),
      );
    }
  });
});
