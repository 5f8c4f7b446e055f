import { ingestedAtMs } from '../lambda/auth0/log-id.ts';
import type { LedgerRow } from '../lambda/ledger/ledger-row.ts';
import type { LedgerStore } from '../lambda/ledger/ledger-store.ts';

/** The rows of a tenant that were sent since a time, in order, found without reading all before. */
export async function* rowsSentSince(
  ledger: LedgerStore,
  tenant: string,
  headSeq: number,
  sinceMs: number,
): AsyncGenerator<LedgerRow> {
  const firstSeq = await firstSentSince(ledger, tenant, headSeq, sinceMs);
  if (firstSeq > headSeq) return;
  for await (const row of ledger.rows(tenant, firstSeq - 1)) {
    if (row.seq <= headSeq) yield row;
  }
}

/** When Auth0 ingested the last event of a row, or when the row was sent; milliseconds since 1970. */
export const timeOfRow = ({ lastLogId = '', sentAt = '' }: LedgerRow): number =>
  ingestedAtMs(lastLogId) ?? Date.parse(sentAt);

/**
 * How many events Auth0 ingested since each of these times, as the ledger tells: a batch counts by
 * its last event.
 */
export async function eventsSince(
  ledger: LedgerStore,
  tenant: string,
  headSeq: number,
  sincesMs: readonly number[],
): Promise<number[]> {
  const counts = sincesMs.map(() => 0);
  // An event is sent after it was ingested, so no row before that has one.
  const rows = rowsSentSince(ledger, tenant, headSeq, Math.min(...sincesMs));
  for await (const row of rows) {
    const ms = timeOfRow(row);
    for (const [at, sinceMs] of sincesMs.entries()) {
      if (ms >= sinceMs) counts[at] = (counts[at] ?? 0) + (row.count ?? 0);
    }
  }
  return counts;
}

/** Rows are sent one after the other, so their times are in order. */
async function firstSentSince(
  ledger: LedgerStore,
  tenant: string,
  headSeq: number,
  sinceMs: number,
): Promise<number> {
  let [low, high] = [1, headSeq + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await ledger.row(tenant, middle);
    if (Date.parse(row?.sentAt ?? '') < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
