import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CollectorError } from '../platform/errors.ts';
import { PREFIX, TENANT_NAME_PATTERN } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import { type Batch, batchId } from './batch.ts';

const decompress = promisify(gunzip);

/** Larger than any batch of the poller; a bomb in the queue can't fill the memory. */
export const CONTENT_BYTES_MAX = 160 * 1024 * 1024;
/** How content is decompressed: up to a bound, and in few pieces, since each costs a turn of the event loop. */
export const DECOMPRESSION = { maxOutputLength: CONTENT_BYTES_MAX, chunkSize: 256 * 1024 } as const;

const DIGEST = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const COUNT = z.int().check(z.minimum(0), z.maximum(1_000_000));

const HEAD = z.strictObject({
  v: z.literal(1),
  tenant: z.string().check(z.regex(TENANT_NAME_PATTERN)),
  seq: z.int().check(z.minimum(1), z.maximum(9_999_999_999)),
  count: COUNT,
  contentBytes: z.int().check(z.minimum(0), z.maximum(CONTENT_BYTES_MAX)),
  contentDigest: DIGEST,
  day: z.string().check(z.regex(/^(?:\d{4}-\d{2}-\d{2}|unknown)$/)),
});

const ENVELOPE = z.extend(HEAD, {
  /** The content, gzip, base64. */
  content: z.base64(),
  rejected: z.array(z.strictObject({ reason: z.string(), raw: z.base64() })),
});

const POINTER = z.strictObject({
  v: z.literal(1),
  overflow: z
    .string()
    .check(z.regex(/^overflow\/tenant=[a-z0-9-]+\/[0-9]{10}-[0-9a-f]{16}\.json$/)),
});

export type EnvelopeHead = z.infer<typeof HEAD>;

/** A batch as ingest gets it: checked, its content still compressed as it is archived. */
export interface Delivery extends EnvelopeHead {
  readonly batchId: string;
  readonly contentGzip: Buffer;
  /** The events' texts, in order, without line feeds. */
  readonly lines: readonly Buffer[];
  readonly rejected: readonly { readonly reason: string; readonly raw: Buffer }[];
}

/** A message that was too large for the queue: its envelope is an object of the bucket. */
export interface Pointer {
  readonly overflow: string;
}

/** Puts a batch into the text of one message. */
export function encodeEnvelope(tenant: string, seq: number, batch: Batch): string {
  const envelope: z.infer<typeof ENVELOPE> = {
    v: 1,
    tenant,
    seq,
    count: batch.count,
    contentBytes: batch.contentBytes,
    contentDigest: batch.contentDigest,
    day: batch.day,
    content: batch.contentGzip.toString('base64'),
    rejected: batch.rejected.map(({ reason, raw }) => ({ reason, raw: raw.toString('base64') })),
  };
  return JSON.stringify(envelope);
}

export const overflowKey = (tenant: string, seq: number, contentDigest: string): string =>
  `${PREFIX.overflow}tenant=${tenant}/${batchId(seq, contentDigest)}.json`;

export const encodePointer = (key: string): string =>
  JSON.stringify({ v: 1, overflow: key } satisfies z.infer<typeof POINTER>);

/** The pointer that a message holds instead of an envelope, if it does. */
export function readPointer(text: string): Pointer | undefined {
  return text.length > 1_000 ? undefined : POINTER.safeParse(parseJson(text)).data;
}

/**
 * Takes a batch out of the text of a message and checks that it is whole.
 *
 * @throws {CollectorError} ENVELOPE_INVALID
 */
export async function decodeEnvelope(text: string): Promise<Delivery> {
  const parsed = ENVELOPE.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join('.') || 'the message'}: ${issue?.message}`, parsed.error);
  }
  const { content, rejected, ...head } = parsed.data;
  const contentGzip = Buffer.from(content, 'base64');
  const plain = await decompressed(contentGzip);
  if (createHash('sha256').update(plain).digest('hex') !== head.contentDigest) {
    throw invalid('the content does not have the digest that the envelope names');
  }
  if (plain.length !== head.contentBytes) {
    throw invalid(`the content has ${plain.length} bytes, the envelope says ${head.contentBytes}`);
  }
  const lines = splitLines(plain);
  if (lines.length !== head.count) {
    throw invalid(`the content has ${lines.length} events, the envelope says ${head.count}`);
  }
  return {
    ...head,
    batchId: batchId(head.seq, head.contentDigest),
    contentGzip,
    lines,
    rejected: rejected.map(({ reason, raw }) => ({ reason, raw: Buffer.from(raw, 'base64') })),
  };
}

async function decompressed(content: Buffer): Promise<Buffer> {
  try {
    return await decompress(content, DECOMPRESSION);
  } catch (cause) {
    throw invalid('the content is not gzip', cause);
  }
}

/** Cuts NDJSON into its lines; each line has a line feed behind it. */
export function splitLines(ndjson: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = ndjson.indexOf(0x0a); end !== -1; end = ndjson.indexOf(0x0a, start)) {
    lines.push(ndjson.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const invalid = (why: string, cause?: unknown): CollectorError =>
  new CollectorError('ENVELOPE_INVALID', `A message of the queue is not a batch: ${why}`, {
    cause,
  });
