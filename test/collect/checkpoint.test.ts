import { describe, expect, it } from 'vitest';
import { type Cursor, cursorAfter } from '../../lambda/auth0/cursor.ts';
import { isRejected, readLogEvent } from '../../lambda/auth0/log-event.ts';
import {
  CHECKPOINT,
  type Checkpoint,
  CLOCK_SKEW_MAX_MS,
  commit,
  firstCheckpoint,
  intend,
  isLeased,
  LEASE_MS,
  type ReadBatch,
  withLease,
  withoutLease,
} from '../../lambda/collect/checkpoint.ts';
import { NEW_STATUS } from '../../lambda/collect/status.ts';
import { IdSet } from '../../lambda/ledger/id-set.ts';
import {
  chainRow,
  FIRST_PREVIOUS_HASH,
  hashRow,
  type SentRow,
} from '../../lambda/ledger/ledger-row.ts';
import { BatchBuilder } from '../../lambda/queue/batch.ts';

const NOW_MS = Date.parse('2026-05-04T10:00:00Z');
const START = firstCheckpoint('newest', NEW_STATUS);

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(1_000 + from + index));

async function readOf(logIds: readonly string[], cursorBefore: Cursor): Promise<ReadBatch> {
  const builder = new BatchBuilder(cursorBefore.kind === 'after' ? cursorBefore.from : '');
  for (const logId of logIds) {
    const event = readLogEvent(Buffer.from(JSON.stringify({ log_id: logId })));
    if (!isRejected(event)) builder.add(event);
  }
  const last = logIds.at(-1) ?? '';
  return {
    batch: await builder.close(),
    keys: logIds,
    cursorBefore,
    cursorAfter: cursorAfter(last),
    isLate: false,
  };
}

const delivered = async (checkpoint: Checkpoint, logIds: readonly string[]): Promise<Checkpoint> =>
  commit(intend(checkpoint, await readOf(logIds, checkpoint.cursor)));

describe('promising a batch', () => {
  it('writes down its row and its range, and moves nothing', async () => {
    const read = await readOf(range(1, 3), START.cursor);
    const { pending, ...rest } = intend(START, read);
    expect(rest).toEqual(START);
    expect(pending).toMatchObject({
      cursorBefore: START.cursor,
      cursorAfter: cursorAfter('1003'),
      promise: START.version + 1,
      row: {
        isLate: false,
        seq: 1,
        previousHash: FIRST_PREVIOUS_HASH,
        count: 3,
        firstLogId: '1001',
      },
    });
  });

  it('tells the promised ids from all others', async () => {
    const { pending } = intend(START, await readOf(range(1, 50), START.cursor));
    const promised = new IdSet(pending?.idHashes);
    expect(range(1, 50).every((logId) => promised.has(logId))).toBe(true);
    expect(range(51, 150).some((logId) => promised.has(logId))).toBe(false);
  });

  it('takes down whether its events came late', async () => {
    const read = { ...(await readOf(range(1, 3), START.cursor)), isLate: true };
    expect(intend(START, read).pending?.row.isLate).toBe(true);
  });

  it('takes the place of an earlier promise', async () => {
    const first = intend(START, await readOf(range(1, 3), START.cursor));
    const second = intend(first, await readOf(range(1, 2), START.cursor));
    expect(second.pending?.row).toMatchObject({ seq: 1, count: 2 });
  });
});

describe('committing a batch', () => {
  it('moves the cursor behind it and takes its row for the head of the ledger', async () => {
    const intended = intend(START, await readOf(range(1, 3), START.cursor));
    const committed = commit(intended);
    expect(committed).toMatchObject({
      cursor: cursorAfter('1003'),
      head: { seq: 1, hash: intended.pending?.row.hash },
      eventsTotal: 3,
    });
    expect(committed).not.toHaveProperty('pending');
  });

  it('changes nothing when nothing was promised', async () => {
    const committed = await delivered(START, range(1, 3));
    expect(commit(committed)).toEqual(committed);
  });

  it('links each row to the one before', async () => {
    const one = await delivered(START, range(1, 3));
    const two = intend(one, await readOf(range(4, 5), one.cursor));
    expect(two.pending?.row).toMatchObject({ seq: 2, from: '1003', previousHash: one.head.hash });
    expect(commit(two)).toMatchObject({ head: { seq: 2 }, eventsTotal: 5 });
  });

  it('leaves version, lease and status to those who write them', async () => {
    const leased = withLease({ ...START, version: 8 }, 'a', NOW_MS);
    const committed = await delivered(leased, range(1, 3));
    expect([committed.version, committed.lease, committed.status]).toEqual([
      8,
      leased.lease,
      NEW_STATUS,
    ]);
  });

  it('keeps every state as it can be stored and read again', async () => {
    const states = [START, intend(START, await readOf(range(1, 3), START.cursor))];
    states.push(await delivered(START, range(1, 3)), withLease(START, 'a', NOW_MS));
    for (const state of states) expect(CHECKPOINT.parse(state)).toEqual(state);
  });
});

describe('the ids delivered last', () => {
  it('are those of the last hundred events, over the bounds of batches', async () => {
    const checkpoint = await delivered(await delivered(START, range(1, 70)), range(71, 160));
    const recent = new IdSet(checkpoint.recentIdHashes);
    expect(range(61, 160).every((logId) => recent.has(logId))).toBe(true);
    expect(range(1, 60).some((logId) => recent.has(logId))).toBe(false);
  });

  it('take little room in the checkpoint, however many events were delivered', async () => {
    const checkpoint = await delivered(
      await delivered(START, range(1, 2_000)),
      range(2_001, 2_010),
    );
    expect(checkpoint.recentIdHashes.length).toBe(100 * 8);
  });
});

describe('the lease', () => {
  const leased = withLease(START, 'a', NOW_MS);

  it('keeps others away until it is over', async () => {
    expect(isLeased(leased, 'b', NOW_MS)).toBe(true);
    expect(isLeased(leased, 'b', NOW_MS + LEASE_MS - 1)).toBe(true);
    expect(isLeased(leased, 'b', NOW_MS + LEASE_MS)).toBe(false);
  });

  it('does not keep its owner away', async () => {
    expect(isLeased(leased, 'a', NOW_MS)).toBe(false);
  });

  it('is gone once it is given back', async () => {
    expect(withoutLease(leased)).toEqual(START);
    expect(isLeased(withoutLease(leased), 'b', NOW_MS)).toBe(false);
    expect(isLeased(START, 'b', NOW_MS)).toBe(false);
  });

  it('counts when the clock of its owner is a little ahead', async () => {
    for (const aheadMs of [1, 50, CLOCK_SKEW_MAX_MS]) {
      expect(isLeased(withLease(START, 'a', NOW_MS + aheadMs), 'b', NOW_MS), `${aheadMs}`).toBe(
        true,
      );
    }
  });

  it('does not count when the clock of its owner is far ahead, or the tenant would stand still', async () => {
    const ahead = withLease(START, 'a', NOW_MS + 24 * 3600_000);
    expect(isLeased(ahead, 'b', NOW_MS)).toBe(false);
    const justTooFar = withLease(START, 'a', NOW_MS + CLOCK_SKEW_MAX_MS + 1);
    expect(isLeased(justTooFar, 'b', NOW_MS)).toBe(false);
  });

  it('begins anew with every write', async () => {
    const again = withLease(leased, 'a', NOW_MS + 90_000);
    expect(isLeased(again, 'b', NOW_MS + LEASE_MS)).toBe(true);
  });
});

describe('the hash of a ledger row', async () => {
  const { batch } = await readOf(range(1, 3), cursorAfter('1000'));
  const row: SentRow = chainRow(5, { ...batch, isLate: false }, 'a'.repeat(64));

  it.each(Object.keys(row).filter((field) => field !== 'hash') as (keyof SentRow)[])(
    'changes with the field %s',
    (field) => {
      const value = row[field];
      const changed = typeof value === 'string' ? `${value}0` : Number(value) + 1;
      expect(hashRow({ ...row, [field]: field === 'isLate' ? !value : changed })).not.toBe(
        row.hash,
      );
    },
  );

  it('covers every field of the row', async () => {
    const { hash, ...rest } = row;
    expect(Object.keys(rest)).toHaveLength(12);
    expect(hashRow(rest)).toBe(hash);
  });

  it('does not take two fields for one another', async () => {
    expect(hashRow({ ...row, from: '1', firstLogId: '23' })).not.toBe(
      hashRow({ ...row, from: '12', firstLogId: '3' }),
    );
    expect(hashRow({ ...row, count: 1, rejectedCount: 23 })).not.toBe(
      hashRow({ ...row, count: 12, rejectedCount: 3 }),
    );
  });

  it('is the same for the same row, whatever else stands beside it', async () => {
    const stored = { sentAt: '2026-05-04T10:00:00Z', ...row, tenant: 'acme' };
    expect(hashRow(stored)).toBe(row.hash);
  });

  it('makes one change show in every row behind it', async () => {
    const next = chainRow(6, row, row.hash);
    const forged = chainRow(6, row, hashRow({ ...row, count: 9 }));
    expect(forged.hash).not.toBe(next.hash);
  });
});
