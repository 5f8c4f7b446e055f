import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../lambda/ledger/ledger-row.ts';
import { contiguous, PASS_AFTER_MS, rangesOf } from '../../lambda/ledger/ranges.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const STORED = { contentDigest: 'a', key: 'k', count: 1, at: '2026-11-22T11:00:00Z' };

function row(seq: number, fields: Partial<LedgerRow> = {}): LedgerRow {
  const sentAt = new Date(NOW_MS - 60_000).toISOString();
  return { seq, count: 5, contentBytes: 100, sentAt, stored: STORED, ...fields };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function cut(
  rows: readonly LedgerRow[],
  limits = { events: 12, contentBytes: 1e9, rows: 99 },
) {
  const ranges = await all(rangesOf(each(rows), NOW_MS, limits));
  return ranges.map((range) => range.map(({ seq }) => seq));
}

describe('ranges of the ledger', () => {
  it('hold as many rows as their limits allow, and at least one', async () => {
    expect(await cut([row(1), row(2), row(3)])).toEqual([[1, 2], [3]]);
    expect(await cut([row(1, { count: 900 }), row(2)])).toEqual([[1], [2]]);
    const bytes = { events: 999, contentBytes: 250, rows: 99 };
    expect(await cut([row(1), row(2), row(3)], bytes)).toEqual([[1, 2], [3]]);
    const rows = { events: 999, contentBytes: 1e9, rows: 2 };
    expect(await cut([row(1), row(2), row(3)], rows)).toEqual([[1, 2], [3]]);
  });

  it('end before a batch that may still be stored', async () => {
    expect(await cut([row(1), row(2, { stored: undefined }), row(3)])).toEqual([[1]]);
  });

  it('take a batch along whose message is past the dead-letter queue', async () => {
    const sentAt = (ageMs: number) => new Date(NOW_MS - ageMs).toISOString();
    const overdue = row(2, { stored: undefined, sentAt: sentAt(PASS_AFTER_MS) });
    expect(await cut([row(1), overdue, row(3)])).toEqual([[1, 2], [3]]);
    const notYet = row(2, { stored: undefined, sentAt: sentAt(PASS_AFTER_MS - 1) });
    expect(await cut([row(1), notYet, row(3)])).toEqual([[1]]);
  });
});

describe('rows made contiguous', () => {
  it('leave none out and end where they are told to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        fc.nat(20),
        fc.nat(20),
        async (seqs, afterSeq, length) => {
          const sorted = seqs.filter((seq) => seq > afterSeq).sort((a, b) => a - b);
          const bounds = { afterSeq, upToSeq: afterSeq + length };
          const rows = await all(contiguous(each(sorted.map((seq) => row(seq))), bounds));
          expect(rows.map(({ seq }) => seq)).toEqual(
            Array.from({ length }, (_, index) => afterSeq + 1 + index),
          );
          for (const { seq, stored } of rows) expect(stored !== undefined).toBe(seqs.includes(seq));
        },
      ),
    );
  });
});
