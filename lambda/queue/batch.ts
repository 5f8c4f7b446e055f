import { createHash, hash } from 'node:crypto';
import { keyOfEvent, type LogEvent, type RejectedEvent } from '../auth0/log-event.ts';
import { Compressor } from './compressor.ts';

/** What makes a batch itself, before it is sent: stored with the intent and with the ledger row. */
export interface BatchFacts {
  /** `from` of the cursor before it; empty when the batch is the first of its tenant. */
  readonly from: string;
  /** Ids of its first and its last event; empty when all of it was rejected. */
  readonly firstLogId: string;
  readonly lastLogId: string;
  readonly count: number;
  readonly rejectedCount: number;
  /** Size of the content in bytes. */
  readonly contentBytes: number;
  /** SHA-256 of the content, hex: the name of the archive object is derived from it. */
  readonly contentDigest: string;
  /** SHA-256 of the log ids, one a line, hex: what a later re-read is compared by. */
  readonly idsDigest: string;
  /** UTC day of its first event, `YYYY-MM-DD`, or `unknown`. */
  readonly day: string;
}

/** A contiguous run of events after one cursor: the unit that is sent, stored and counted. */
export interface Batch extends BatchFacts {
  /** The content: NDJSON, the text of each event as served with a line feed behind it. As gzip. */
  readonly contentGzip: Buffer;
  readonly rejected: readonly RejectedEvent[];
}

const LINE_FEED = 0x0a;

/** So much content is compressed at a time: about a page, whose body is of no use behind it. */
const COMPRESSED_AT_ONCE_BYTES = 256 * 1024;

/**
 * Collects events into a batch. They are hashed and compressed as they come, so that closing the
 * batch takes little and no more than a page of it is in memory in full.
 */
export class BatchBuilder {
  readonly #from: string;
  readonly #contentHash = createHash('sha256');
  #compressor: Compressor | undefined;
  /** Lines that are not compressed yet. */
  #lines: Buffer[] = [];
  #linesBytes = 0;
  readonly #rejected: RejectedEvent[] = [];
  readonly #keys: string[] = [];
  readonly #logIds: string[] = [];
  #contentBytes = 0;
  #day: string | undefined;

  constructor(from: string) {
    this.#from = from;
  }

  get eventCount(): number {
    return this.#logIds.length;
  }

  get rejectedCount(): number {
    return this.#rejected.length;
  }

  get contentBytes(): number {
    return this.#contentBytes;
  }

  get isEmpty(): boolean {
    return this.#logIds.length === 0 && this.#rejected.length === 0;
  }

  /** What the events taken so far are known by, in order; see `keyOfEvent`. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  add(event: LogEvent): void {
    const line = oneLine(event.raw);
    this.#lines.push(line);
    this.#linesBytes += line.length + 1;
    this.#keys.push(event.logId);
    this.#logIds.push(event.logId);
    this.#contentBytes += line.length + 1;
    this.#day ??= dayOf(event.date);
    if (this.#linesBytes >= COMPRESSED_AT_ONCE_BYTES) this.#compress();
  }

  reject(event: RejectedEvent): void {
    this.#keys.push(keyOfEvent(event));
    this.#rejected.push(event);
  }

  async close(): Promise<Batch> {
    const contentGzip = await this.#compress().end();
    return {
      from: this.#from,
      firstLogId: this.#logIds[0] ?? '',
      lastLogId: this.#logIds.at(-1) ?? '',
      count: this.#logIds.length,
      rejectedCount: this.#rejected.length,
      contentBytes: this.#contentBytes,
      contentDigest: this.#contentHash.digest('hex'),
      idsDigest: hash('sha256', this.#logIds.map((logId) => `${logId}\n`).join('')),
      day: this.#day ?? 'unknown',
      contentGzip,
      rejected: this.#rejected,
    };
  }

  #compress(): Compressor {
    const content = ndjson(this.#lines, this.#linesBytes);
    this.#contentHash.update(content);
    this.#compressor ??= new Compressor();
    this.#compressor.add(content);
    this.#lines = [];
    this.#linesBytes = 0;
    return this.#compressor;
  }
}

/** Puts a line feed behind each line; together they have so many bytes. */
function ndjson(lines: readonly Buffer[], bytes: number): Buffer {
  const content = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const line of lines) {
    at += line.copy(content, at);
    content[at] = LINE_FEED;
    at += 1;
  }
  return content;
}

/**
 * NDJSON needs one line per event. Inside a JSON text a line break can only be white space between
 * tokens (in strings it is escaped), so a space in its place says the same.
 */
function oneLine(raw: Buffer): Buffer {
  if (!raw.includes(0x0a) && !raw.includes(0x0d)) return raw;
  return Buffer.from(raw.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}(?=T)/;

/** The UTC day of an ISO time; an offset may move one out of the years that have four digits. */
function dayOf(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const time = new Date(date);
  return Number.isNaN(time.getTime()) ? undefined : DAY_PATTERN.exec(time.toISOString())?.[0];
}

/** The name of a batch of a tenant: its place in the ledger and its content. */
export const batchId = (seq: number, contentDigest: string): string =>
  `${paddedSeq(seq)}-${contentDigest.slice(0, 16)}`;

/** Fixed width, so that names sort like numbers. */
export const paddedSeq = (seq: number): string => String(seq).padStart(10, '0');
