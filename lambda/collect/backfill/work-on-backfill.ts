import { isAfter } from '../gaps.ts';
import { isUnderWay } from './backfill.ts';
import { HeldEvents } from './held.ts';
import { BackfillLanes } from './lanes.ts';
import type { BackfillParts } from './parts.ts';

/**
 * A poll begins no page of a backfill later than this after its own start: the next tick, of those
 * that come every five minutes, finds the lease free, so new events wait no longer than without it.
 */
export const BACKFILL_UNTIL_MS = 270_000;

/**
 * Goes on with the tenant's backfill, if there is one, until it is done or the budget is spent.
 * What it finds goes out as late batches, so the live cursor stays where it is.
 */
export async function workOnBackfill(parts: BackfillParts): Promise<void> {
  const { backfills, tenant, live, ledger, auditedSeq, nowMs } = parts;
  const backfill = await backfills.load(tenant);
  if (!isUnderWay(backfill)) return;
  await parts.keep();
  // Caught up and still at the start: Auth0 has no log event at all.
  if (!isAfter(live)) {
    const workedAt = new Date(nowMs()).toISOString();
    await backfills.save(tenant, { ...backfill, state: 'done', workedAt });
    return;
  }
  const held = await HeldEvents.read(ledger, tenant, auditedSeq);
  await new BackfillLanes(parts, live, held, backfill).run();
}
