import { ingestedAtMs } from '../auth0/log-id.ts';
import type { Checkpoint } from '../collect/checkpoint.ts';
import type { CheckpointStore } from '../collect/checkpoint-store.ts';
import { type TenantCondition, tenantState } from '../collect/tenant-state.ts';
import type { Incident } from '../detect/incident.ts';
import type { IncidentStore } from '../detect/incident-store.ts';
import type { Gap, GapStore } from '../ledger/gap-store.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { asCollectorError } from '../platform/errors.ts';

/** The books that the console looks into; it changes nothing in them. */
export interface ConsoleBooks {
  readonly checkpoints: Pick<CheckpointStore, 'load'>;
  readonly ledger: Pick<LedgerStore, 'rows'>;
  readonly gaps: Pick<GapStore, 'list'>;
  readonly incidents: Pick<IncidentStore, 'get' | 'newest' | 'count'>;
}

/** A tenant to show, and what only its settings tell. */
export interface ShownTenant {
  readonly name: string;
  readonly tickEveryMs: number;
  readonly isPaused: boolean;
  readonly retentionDays: number | undefined;
}

/** A batch in the chart. */
export interface BatchPoint {
  readonly sentAtMs: number;
  readonly count: number;
  /** From the ingestion of its last event by Auth0 to its sending, as far as the id tells. */
  readonly lagMs: number | undefined;
}

/** All that is shown of a tenant. */
export interface TenantReading {
  readonly tenant: ShownTenant;
  readonly condition: TenantCondition;
  readonly checkpoint: Checkpoint | undefined;
  /** The last batches, in order. */
  readonly batches: readonly BatchPoint[];
  /** Among the last batches those that ingest has not stored yet. */
  readonly waitingBatches: number;
  /** The newest first. */
  readonly gaps: readonly Gap[];
  /** The newest, at most {@link INCIDENTS_READ_MAX}, the newest first. */
  readonly incidents: readonly Incident[];
  /** How many were seen in the last days; {@link COUNTED_MAX} means so many or more. */
  readonly recentIncidents: number;
}

/** A batch every five minutes makes 288 a day. */
export const BATCHES_READ_MAX = 400;
/** One more than a page lists, which tells that there are more. */
export const INCIDENTS_READ_MAX = 51;
/** How many days the tile of a tenant counts incidents for. */
export const RECENT_DAYS = 7;

const DAY_MS = 24 * 3600_000;

/** Reads what is shown of a tenant; books that can't be read make it red. */
export async function readTenant(
  books: ConsoleBooks,
  tenant: ShownTenant,
  nowMs: number,
): Promise<TenantReading> {
  try {
    return await readBooks(books, tenant, nowMs);
  } catch (thrown) {
    return unreadable(tenant, thrown);
  }
}

async function readBooks(
  books: ConsoleBooks,
  tenant: ShownTenant,
  nowMs: number,
): Promise<TenantReading> {
  const { name } = tenant;
  const checkpoint = await books.checkpoints.load(name);
  const recentMs = nowMs - RECENT_DAYS * DAY_MS;
  const [{ batches, waitingBatches }, gaps, incidents, recentIncidents] = await Promise.all([
    readBatches(books.ledger, name, checkpoint?.head.seq ?? 0),
    books.gaps.list(name),
    readIncidents(books.incidents, name),
    books.incidents.count(name, recentMs),
  ]);
  gaps.sort((a, b) => a.recordedAt.localeCompare(b.recordedAt));
  return {
    tenant,
    condition: tenantState({ checkpoint, gaps, ...tenant }, nowMs),
    checkpoint,
    batches,
    waitingBatches,
    gaps: gaps.toReversed(),
    incidents,
    recentIncidents,
  };
}

async function readBatches(ledger: ConsoleBooks['ledger'], tenant: string, headSeq: number) {
  const batches: BatchPoint[] = [];
  let waitingBatches = 0;
  if (headSeq === 0) return { batches, waitingBatches };
  for await (const row of ledger.rows(tenant, Math.max(0, headSeq - BATCHES_READ_MAX))) {
    if (row.stored === undefined) waitingBatches += 1;
    const point = pointOf(row);
    if (point !== undefined) batches.push(point);
  }
  return { batches, waitingBatches };
}

function pointOf({ sentAt, count = 0, lastLogId = '' }: LedgerRow): BatchPoint | undefined {
  const sentAtMs = Date.parse(sentAt ?? '');
  if (Number.isNaN(sentAtMs)) return undefined;
  const ingestedMs = ingestedAtMs(lastLogId);
  const lagMs = ingestedMs === undefined ? undefined : Math.max(0, sentAtMs - ingestedMs);
  return { sentAtMs, count, lagMs };
}

async function readIncidents(
  store: ConsoleBooks['incidents'],
  tenant: string,
): Promise<readonly Incident[]> {
  const incidents: Incident[] = [];
  for await (const incident of store.newest(tenant, { sinceMs: 0 })) {
    incidents.push(incident);
    if (incidents.length === INCIDENTS_READ_MAX) break;
  }
  return incidents;
}

function unreadable(tenant: ShownTenant, thrown: unknown): TenantReading {
  const { message, remedy, code } = asCollectorError(thrown);
  return {
    tenant,
    condition: { colour: 'red', word: 'unreadable', reason: message, remedy, code },
    checkpoint: undefined,
    batches: [],
    waitingBatches: 0,
    gaps: [],
    incidents: [],
    recentIncidents: 0,
  };
}
