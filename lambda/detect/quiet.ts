import { ingestedAtMs } from '../auth0/log-id.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { Quiet } from './rule.ts';

/** What is known of a tenant's silence after some more rows of its ledger, in their order. */
export function quietAfter(
  before: Quiet | undefined,
  rows: readonly Pick<LedgerRow, 'firstLogId' | 'lastLogId'>[],
): Quiet | undefined {
  let quiet = before;
  for (const { firstLogId = '', lastLogId = '' } of rows) {
    const firstMs = ingestedAtMs(firstLogId);
    const lastMs = ingestedAtMs(lastLogId);
    if (firstMs === undefined || lastMs === undefined) continue;
    quiet =
      quiet === undefined
        ? { firstMs, lastMs, longestMs: 0 }
        : {
            firstMs: quiet.firstMs,
            lastMs: Math.max(quiet.lastMs, lastMs),
            longestMs: Math.max(quiet.longestMs, firstMs - quiet.lastMs),
          };
  }
  return quiet;
}
