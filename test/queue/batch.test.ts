import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejected, type LogEvent, readLogEvent } from '../../lambda/auth0/log-event.ts';
import { type Batch, BatchBuilder, batchId, paddedSeq } from '../../lambda/queue/batch.ts';

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

function eventOf(text: string): LogEvent {
  const event = readLogEvent(Buffer.from(text));
  if (isRejected(event)) throw new Error(event.reason);
  return event;
}

const dated = (logId: string, date: unknown): LogEvent =>
  eventOf(JSON.stringify({ log_id: logId, date, type: 's' }));

function batchOf(events: readonly LogEvent[], from = '7'): Promise<Batch> {
  const builder = new BatchBuilder(from);
  for (const event of events) builder.add(event);
  return builder.close();
}

const textOf = (batch: Batch): string => gunzipSync(batch.contentGzip).toString('utf8');

describe('a batch', () => {
  it('holds the text of each event as served, one a line', async () => {
    const texts = ['{ "log_id":"11", "n":1.0 }', '{"n":12345678901234567890,"log_id":"12"}'];
    expect(textOf(await batchOf(texts.map(eventOf)))).toBe(`${texts.join('\n')}\n`);
  });

  it('has a space for each line break between tokens, and no other change', async () => {
    const text = '{\r\n  "log_id": "11",\n\t"description": "a\\nb \u2028 c"\r}';
    const line = textOf(await batchOf([eventOf(text)]));
    expect(line).toBe('{    "log_id": "11", \t"description": "a\\nb \u2028 c" }\n');
    expect(JSON.parse(line)).toEqual(JSON.parse(text));
  });

  it('leaves the event that it was given unchanged', async () => {
    const event = eventOf('{\n"log_id":"11"\n}');
    await batchOf([event]);
    expect(event.raw.toString()).toBe('{\n"log_id":"11"\n}');
  });

  it('is told by digests that anybody can compute', async () => {
    const batch = await batchOf([dated('11', '2026-05-04T10:00:00Z'), dated('12', undefined)]);
    expect(batch).toMatchObject({
      contentDigest: sha256(textOf(batch)),
      contentBytes: Buffer.byteLength(textOf(batch)),
      idsDigest: sha256('11\n12\n'),
      from: '7',
      firstLogId: '11',
      lastLogId: '12',
      count: 2,
      rejectedCount: 0,
    });
  });

  it('has other digests for other order, other ids and other text', async () => {
    const [a, b, c] = [dated('1', null), dated('2', null), dated('21', null)];
    const digests = await Promise.all(
      [[a, b], [b, a], [a], [b], [c, a], []].map((events) => batchOf(events)),
    );
    expect(new Set(digests.map(({ contentDigest }) => contentDigest)).size).toBe(digests.length);
    expect(new Set(digests.map(({ idsDigest }) => idsDigest)).size).toBe(digests.length);
  });

  it('is whole when it is compressed in several pieces', async () => {
    const events = Array.from({ length: 900 }, (_, index) =>
      eventOf(JSON.stringify({ log_id: `${index + 1}`, text: `${index}`.repeat(1_000) })),
    );
    const batch = await batchOf(events);
    const text = events.map(({ raw }) => `${raw}\n`).join('');
    expect(textOf(batch) === text).toBe(true);
    expect(batch).toMatchObject({ contentDigest: sha256(text), contentBytes: text.length });
  });

  it('counts bytes, not characters', async () => {
    const batch = await batchOf([eventOf('{"log_id":"1","city":"東京 😀"}')]);
    expect(batch.contentBytes).toBe(Buffer.byteLength(textOf(batch)));
  });

  it('keeps what was rejected beside its content', async () => {
    const builder = new BatchBuilder('');
    builder.reject({ reason: 'log_id is missing', raw: Buffer.from('{}') });
    expect([builder.isEmpty, builder.eventCount, builder.rejectedCount]).toEqual([false, 0, 1]);
    expect(await builder.close()).toMatchObject({
      firstLogId: '',
      lastLogId: '',
      count: 0,
      rejectedCount: 1,
      contentBytes: 0,
      contentDigest: sha256(''),
      day: 'unknown',
      rejected: [{ reason: 'log_id is missing', raw: Buffer.from('{}') }],
    });
  });

  it('is empty before anything was added', async () => {
    const builder = new BatchBuilder('');
    expect(builder.isEmpty).toBe(true);
    builder.add(dated('1', null));
    expect([builder.isEmpty, builder.eventCount, builder.keys]).toEqual([false, 1, ['1']]);
  });
});

describe('the day of a batch', () => {
  it.each([
    [
      'the day of its first event',
      ['2026-05-04T23:59:59.999Z', '2026-05-05T00:00:00Z'],
      '2026-05-04',
    ],
    ['a day of UTC', ['2026-05-05T01:30:00+02:00'], '2026-05-04'],
    ['the first day that is told', [undefined, 'yesterday', '2026-05-06T00:00:00Z'], '2026-05-06'],
    ['unknown when no event tells one', [undefined, { $date: 1 }], 'unknown'],
    ['unknown beyond the last year of four digits', ['9999-12-31T23:59:59-01:00'], 'unknown'],
    ['unknown before the first year', ['0000-01-01T00:00:00+01:00'], 'unknown'],
  ])('is %s', async (_what, dates, day) => {
    const batch = await batchOf(dates.map((date, index) => dated(String(index + 1), date)));
    expect(batch.day).toBe(day);
  });

  it('can stand in an object key for any date that an event may have', async () => {
    const isoText = fc
      .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: -23, max: 23 }), fc.boolean())
      .map(([year, offset, isEnd]) => {
        const sign = offset < 0 ? '-' : '+';
        const hours = String(Math.abs(offset)).padStart(2, '0');
        const rest = isEnd ? '12-31T23:59:59' : '01-01T00:00:00';
        return `${String(year).padStart(4, '0')}-${rest}${sign}${hours}:00`;
      });
    await fc.assert(
      fc.asyncProperty(isoText, async (date) => {
        expect((await batchOf([dated('1', date)])).day).toMatch(/^(?:\d{4}-\d{2}-\d{2}|unknown)$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the name of a batch', () => {
  it('is its place in the ledger and the start of its digest', async () => {
    expect(batchId(42, 'ab'.repeat(32))).toBe('0000000042-abababababababab');
  });

  it('sorts like the numbers', async () => {
    const numbers = [1, 9, 10, 99_999, 100_000, 9_999_999_999];
    expect(numbers.map(paddedSeq).toSorted()).toEqual(numbers.map(paddedSeq));
  });
});
