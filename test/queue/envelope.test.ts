import { createHash } from 'node:crypto';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejected, readLogEvent } from '../../lambda/auth0/log-event.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { type Batch, BatchBuilder } from '../../lambda/queue/batch.ts';
import {
  CONTENT_BYTES_MAX,
  decodeEnvelope,
  encodeEnvelope,
  encodePointer,
  overflowKey,
  readPointer,
  splitLines,
} from '../../lambda/queue/envelope.ts';

const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

function batchOf(texts: readonly string[]): Promise<Batch> {
  const builder = new BatchBuilder('7');
  for (const text of texts) {
    const event = readLogEvent(Buffer.from(text));
    if (isRejected(event)) builder.reject(event);
    else builder.add(event);
  }
  return builder.close();
}

const TEXTS = [
  '{"log_id":"11","date":"2026-05-04T10:00:00Z","type":"s"}',
  '{"log_id":"12","date":"2026-05-04T10:00:01Z","type":"fp"}',
  '{"type":"fp"}',
];

type Fields = Record<string, unknown>;

/** The envelope of a good batch, to be spoilt. */
async function envelope(): Promise<Fields> {
  return JSON.parse(encodeEnvelope('acme', 3, await batchOf(TEXTS))) as Fields;
}

async function complaintAbout(message: unknown): Promise<string> {
  try {
    await decodeEnvelope(typeof message === 'string' ? message : JSON.stringify(message));
  } catch (error) {
    if (error instanceof CollectorError && error.code === 'ENVELOPE_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('an envelope', () => {
  it('brings a batch through the queue as it was', async () => {
    const batch = await batchOf(TEXTS);
    const delivery = await decodeEnvelope(encodeEnvelope('acme', 3, batch));
    expect(delivery).toMatchObject({
      tenant: 'acme',
      seq: 3,
      count: 2,
      day: '2026-05-04',
      contentDigest: batch.contentDigest,
      contentBytes: batch.contentBytes,
      batchId: `0000000003-${batch.contentDigest.slice(0, 16)}`,
    });
    expect(delivery.lines.map(String)).toEqual(TEXTS.slice(0, 2));
    expect(delivery.rejected.map(({ reason, raw }) => [reason, String(raw)])).toEqual([
      ['log_id is missing', TEXTS[2]],
    ]);
    expect(gunzipSync(delivery.contentGzip)).toEqual(gunzipSync(batch.contentGzip));
  });

  it('brings any events through, byte for byte but for line breaks between tokens', async () => {
    const eventText = fc
      .tuple(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
        fc.jsonValue(),
        fc.nat({ max: 3 }),
      )
      .map(([logId, details, indent]) => JSON.stringify({ log_id: logId, details }, null, indent));
    await fc.assert(
      fc.asyncProperty(fc.array(eventText, { maxLength: 12 }), async (texts) => {
        const delivery = await decodeEnvelope(encodeEnvelope('acme', 1, await batchOf(texts)));
        expect(delivery.lines.map(String)).toEqual(texts.map((text) => text.replaceAll('\n', ' ')));
        expect(delivery.lines.every((line) => !line.includes(0x0a))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('may hold nothing but what was rejected', async () => {
    const delivery = await decodeEnvelope(encodeEnvelope('acme', 1, await batchOf(['null'])));
    expect([delivery.lines, delivery.rejected.length, delivery.day]).toEqual([[], 1, 'unknown']);
  });

  it.each([
    ['another digest', { contentDigest: sha256('else') }, 'digest'],
    ['a digest that is none', { contentDigest: 'ABC' }, 'contentDigest'],
    ['one event more', { count: 3 }, '2 events'],
    ['one event less', { count: 1 }, '2 events'],
    ['a negative count', { count: -1 }, 'count'],
    ['a broken count', { count: 2.5 }, 'count'],
    ['another size', { contentBytes: 1 }, 'bytes'],
    ['a size beyond all bounds', { contentBytes: CONTENT_BYTES_MAX + 1 }, 'contentBytes'],
    ['a key that nobody knows', { admin: true }, 'admin'],
    ['another version', { v: 2 }, 'v'],
    ['no version', { v: undefined }, 'v'],
    ['another kind of tenant name', { tenant: '../acme' }, 'tenant'],
    ['a tenant name with a line feed', { tenant: 'acme\n' }, 'tenant'],
    ['a place before the first', { seq: 0 }, 'seq'],
    ['a place as text', { seq: '3' }, 'seq'],
    ['a day that is a path', { day: '2026-05-04/../..' }, 'day'],
    ['content that is not base64', { content: '{"log_id":"1"}' }, ': content:'],
    ['content with a bad end', { content: 'AAA' }, ': content:'],
    ['content that is not gzip', { content: Buffer.from('plain').toString('base64') }, 'gzip'],
    ['no content', { content: undefined }, 'content'],
    ['empty content', { content: '' }, 'gzip'],
    ['rejected events of another shape', { rejected: [{ reason: 'x' }] }, 'rejected'],
    ['rejected events that are not base64', { rejected: [{ reason: 'x', raw: '?' }] }, 'rejected'],
    ['rejected events with more', { rejected: [{ reason: '', raw: '', x: 1 }] }, 'rejected'],
    ['no rejected events', { rejected: undefined }, 'rejected'],
  ] as [string, Fields, string][])('is refused with %s', async (_what, change, words) => {
    expect(await complaintAbout({ ...(await envelope()), ...change })).toContain(words);
  });

  it.each([
    ['an event changed', (text: string) => text.replace('"fp"', '"s"')],
    ['an event taken out', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['an event put in', (text: string) => `${text}{"log_id":"13"}\n`],
    ['the last line cut', (text: string) => text.slice(0, -1)],
  ])('is refused with %s, though the gzip is sound', async (_what, change) => {
    const good = await envelope();
    const plain = gunzipSync(Buffer.from(String(good['content']), 'base64')).toString();
    const content = gzipSync(change(plain)).toString('base64');
    expect(await complaintAbout({ ...good, content })).toContain('digest');
  });

  it('is refused with base64 that another reader may take in another way', async () => {
    const good = await envelope();
    const content = String(good['content']);
    for (const loose of [
      `${content}\n`,
      ` ${content}`,
      `${content.slice(0, 8)}-${content.slice(8)}`,
    ]) {
      expect(await complaintAbout({ ...good, content: loose })).toContain(': content:');
    }
  });

  it('is refused with gzip that breaks off', async () => {
    const good = await envelope();
    const gzip = Buffer.from(String(good['content']), 'base64').subarray(0, -12);
    expect(await complaintAbout({ ...good, content: gzip.toString('base64') })).toContain('gzip');
  });

  it.each(['', 'hello', 'null', '[]', '{}', '{"v":1', '"{}"', '[{"v":1}]'])(
    'is not what the text %j holds',
    async (text) => {
      expect(await complaintAbout(text)).not.toBe('accepted');
    },
  );

  it('is refused when a little gzip grows beyond all bounds', async () => {
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    const gzip = createGzip({ level: 1 });
    for (let bytes = 0; bytes <= CONTENT_BYTES_MAX; bytes += zeros.length) gzip.write(zeros);
    gzip.end();
    const bomb = Buffer.concat(await gzip.toArray());
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const content = bomb.toString('base64');
    expect(await complaintAbout({ ...(await envelope()), content })).toContain('not gzip');
  });
});

describe('a pointer', () => {
  const KEY = overflowKey('acme', 3, 'ab'.repeat(32));

  it('names the object that an envelope too large is kept in', async () => {
    expect(KEY).toBe('overflow/tenant=acme/0000000003-abababababababab.json');
    expect(readPointer(encodePointer(KEY))?.overflow).toBe(KEY);
  });

  it('is not taken for an envelope, nor an envelope for it', async () => {
    expect(await complaintAbout(encodePointer(KEY))).not.toBe('accepted');
    expect(readPointer(JSON.stringify(await envelope()))).toBeUndefined();
  });

  it.each([
    ['another prefix', { v: 1, overflow: KEY.replace('overflow', 'archive') }],
    [
      'a way out of its folder',
      { v: 1, overflow: 'overflow/tenant=../0000000003-abababababababab.json' },
    ],
    ['another ending', { v: 1, overflow: `${KEY}.gz` }],
    ['a line behind it', { v: 1, overflow: `${KEY}\n` }],
    ['another version', { v: 2, overflow: KEY }],
    ['a bucket of its own', { v: 1, overflow: KEY, bucket: 'example' }],
    ['no key', { v: 1 }],
    ['a key that is no text', { v: 1, overflow: [KEY] }],
    ['more text than a pointer has', { v: 1, overflow: `overflow/tenant=${'a'.repeat(1_000)}` }],
  ])('is refused with %s', (_what, pointer) => {
    expect(readPointer(JSON.stringify(pointer))).toBeUndefined();
  });

  it.each(['', 'null', '[]', 'overflow/', '{"v":1,'])('is not what the text %j holds', (text) => {
    expect(readPointer(text)).toBeUndefined();
  });
});

describe('splitting lines', () => {
  it('gives back what was joined', async () => {
    const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const joined = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        expect(splitLines(joined).map(String)).toEqual(lines);
      }),
    );
  });
});
