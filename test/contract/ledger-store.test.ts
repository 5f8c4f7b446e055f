import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainRow, FIRST_PREVIOUS_HASH, type LedgerRow } from '../../lambda/ledger/ledger-row.ts';
import { createLedgerStore, type LedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from './services.ts';

const AT = new Date('2026-11-01T00:00:00Z');

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let ledger: LedgerStore;
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  ledger = createLedgerStore(dynamo, aws.resources[ENV.collectionTable]);
});
afterAll(async () => {
  dynamo.destroy();
  await aws.stop();
});

const DIGEST_A = 'a'.repeat(64);
const DIGEST_B = 'b'.repeat(64);

function sent(seq: number, contentDigest: string, promise = 1) {
  const facts = {
    from: '1',
    firstLogId: '2',
    lastLogId: '3',
    count: 2,
    rejectedCount: 0,
    contentBytes: 40,
    contentDigest,
    idsDigest: 'c'.repeat(64),
    day: '2026-11-01',
    isLate: false,
  };
  const row = chainRow(seq, facts, FIRST_PREVIOUS_HASH);
  return { row, promise, idHashes: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) };
}

const stored = (tenant: string, seq: number, contentDigest: string) => ({
  tenant,
  seq,
  contentDigest,
  key: `archive/${contentDigest}`,
  count: 2,
});

async function rowsOf(tenant: string): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for await (const row of ledger.rows(tenant)) rows.push(row);
  return rows;
}

describe('the ledger store', () => {
  it.each([
    ['sent first', ['sent', 'stored']],
    ['stored first', ['stored', 'sent']],
  ])('joins both halves of a row, %s', async (name, order) => {
    const tenant = name.replace(' ', '-');
    for (const half of order) {
      if (half === 'sent') await ledger.markSent(tenant, sent(1, DIGEST_A), AT);
      else await ledger.markStored(stored(tenant, 1, DIGEST_A), AT);
    }
    const [row] = await rowsOf(tenant);
    expect(row).toMatchObject({ ...sent(1, DIGEST_A).row, sentAt: AT.toISOString() });
    expect(row?.stored).toMatchObject({ key: `archive/${DIGEST_A}`, count: 2 });
  });

  it('tells a batch that comes again', async () => {
    expect(await ledger.markStored(stored('again', 1, DIGEST_A), AT)).toBe('stored');
    expect(await ledger.markStored(stored('again', 1, DIGEST_A), AT)).toBe('already-stored');
  });

  it('never takes superseded content for the content that counts', async () => {
    await ledger.markStored(stored('superseded', 1, DIGEST_A), AT);
    await ledger.markSent('superseded', sent(1, DIGEST_B), AT);
    expect((await rowsOf('superseded'))[0]?.stored).toBeUndefined();
    await ledger.markStored(stored('superseded', 1, DIGEST_B), AT);
    await ledger.markStored(stored('superseded', 1, DIGEST_A), AT);
    expect((await rowsOf('superseded'))[0]?.stored?.contentDigest).toBe(DIGEST_B);
    expect(await ledger.isStored('superseded', 1, DIGEST_A)).toBe(true);
    expect(await ledger.isStored('superseded', 2, DIGEST_A)).toBe(false);
  });

  it('keeps the later of two promises, in whatever order they are noted', async () => {
    await ledger.markSent('promised', sent(1, DIGEST_B, 5), AT);
    await expect(ledger.markSent('promised', sent(1, DIGEST_A, 4), AT)).rejects.toMatchObject({
      code: 'CHECKPOINT_CONFLICT',
    });
    expect((await rowsOf('promised'))[0]?.contentDigest).toBe(DIGEST_B);
    await ledger.markSent('promised', sent(1, DIGEST_A, 6), AT);
    expect((await rowsOf('promised'))[0]?.contentDigest).toBe(DIGEST_A);
  });

  it('lists the rows of one tenant in order, however many', async () => {
    const seqs = Array.from({ length: 30 }, (_, index) => index + 1);
    for (const seq of seqs.toReversed()) await ledger.markSent('many', sent(seq, DIGEST_A), AT);
    await ledger.markSent('other', sent(1, DIGEST_A), AT);
    expect((await rowsOf('many')).map(({ seq }) => seq)).toEqual(seqs);
    const behind: number[] = [];
    for await (const { seq } of ledger.rows('many', 27)) behind.push(seq);
    expect(behind).toEqual([28, 29, 30]);
  });
});
