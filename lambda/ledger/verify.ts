import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { readLogEvent } from '../auth0/log-event.ts';
import { DECOMPRESSION, splitLines } from '../queue/envelope.ts';
import { FIRST_PREVIOUS_HASH, hashRow, type LedgerRow, type SentRow } from './ledger-row.ts';

/** Where the books and the archive do not agree. */
export interface Break {
  /** Row of the ledger; 0 for the checkpoint. */
  readonly seq: number;
  readonly what: string;
}

/** What walking the ledger of a tenant found. */
export interface Verification {
  readonly events: number;
  readonly batches: number;
  readonly firstLogId: string | undefined;
  readonly lastLogId: string | undefined;
  readonly breaks: readonly Break[];
}

export interface VerifyParts {
  readonly rows: AsyncIterable<LedgerRow>;
  /** The last row that the checkpoint knows; undefined without a checkpoint. */
  readonly head: { readonly seq: number; readonly hash: string } | undefined;
  /** An object of the archive, or undefined when there is none. */
  readonly readObject: (key: string) => Promise<Buffer | undefined>;
}

/**
 * Walks the ledger and the archive: every place taken, every hash following from the row before,
 * every object there and as it was promised, every event once.
 */
export async function verify({ rows, head, readObject }: VerifyParts): Promise<Verification> {
  const breaks: Break[] = [];
  const seen = new Set<string>();
  let events = 0;
  let batches = 0;
  let firstLogId: string | undefined;
  let lastLogId: string | undefined;
  let previous = { seq: 0, hash: FIRST_PREVIOUS_HASH };
  for await (const row of rows) {
    // The next poll commits or replaces a row that was noted just before a crash.
    if (head !== undefined && row.seq > head.seq) break;
    for (const what of chainBreaks(row, previous)) breaks.push({ seq: row.seq, what });
    previous = { seq: row.seq, hash: row.hash ?? '' };
    const { logIds, what } = await checkObject(row, readObject);
    if (what !== undefined) breaks.push({ seq: row.seq, what });
    for (const logId of logIds) {
      const key = shortHash(logId);
      if (seen.has(key)) breaks.push({ seq: row.seq, what: `${logId} is in the archive twice` });
      seen.add(key);
    }
    events += logIds.length;
    batches += 1;
    firstLogId ??= logIds[0];
    lastLogId = logIds.at(-1) ?? lastLogId;
  }
  if (head !== undefined && (head.seq !== previous.seq || head.hash !== previous.hash)) {
    const what = `the checkpoint ends at row ${head.seq}, the ledger at row ${previous.seq}`;
    breaks.push({ seq: 0, what: head.seq === previous.seq ? 'the last row was changed' : what });
  }
  return { events, batches, firstLogId, lastLogId, breaks };
}

function chainBreaks(row: LedgerRow, previous: { seq: number; hash: string }): string[] {
  const breaks: string[] = [];
  if (row.seq !== previous.seq + 1) breaks.push(`the rows from ${previous.seq + 1} on are missing`);
  else if (row.previousHash !== previous.hash)
    breaks.push('it does not follow from the row before');
  if (!isSent(row)) return [...breaks, 'it was never noted as sent'];
  if (hashRow(row) !== row.hash) breaks.push('the row was changed');
  return breaks;
}

const isSent = (row: LedgerRow): row is LedgerRow & SentRow => row.hash !== undefined;

async function checkObject(
  row: LedgerRow,
  readObject: VerifyParts['readObject'],
): Promise<{ readonly logIds: readonly string[]; readonly what?: string }> {
  if (row.stored === undefined) return { logIds: [], what: 'it is not stored' };
  const object = await readObject(row.stored.key);
  if (object === undefined) return { logIds: [], what: `${row.stored.key} is missing` };
  const content = decompressed(object);
  if (content === undefined) return { logIds: [], what: `${row.stored.key} is damaged` };
  const logIds = splitLines(content).flatMap((line) => {
    const event = readLogEvent(line);
    return 'logId' in event ? [event.logId] : [];
  });
  const digest = createHash('sha256').update(content).digest('hex');
  if (digest !== row.contentDigest) return { logIds, what: `${row.stored.key} was changed` };
  if (logIds.length !== row.count) return { logIds, what: 'its count is wrong' };
  return { logIds };
}

function decompressed(object: Buffer): Buffer | undefined {
  try {
    return gunzipSync(object, DECOMPRESSION);
  } catch {
    return undefined;
  }
}

const shortHash = (logId: string): string =>
  createHash('sha256').update(logId).digest().toString('latin1', 0, 12);
