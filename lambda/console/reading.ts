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
  readonly incidents: Pick<IncidentStore, 'get' | 'list'>;
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
  /** The newest first. */
  readonly incidents: readonly Incident[];
  /** False when there are too many to read all of them, so that newer ones may not be among these. */
  readonly hasAllIncidents: boolean;
}

/** A batch every five minutes makes 288 a day. */
export const BATCHES_READ_MAX = 400;
/** What a page can hold of a tenant, and a function can read of it in a second or two. */
export const INCIDENTS_READ_MAX = 2_000;

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
  const [{ batches, waitingBatches }, gaps, incidents] = await Promise.all([
    readBatches(books.ledger, name, checkpoint?.head.seq ?? 0),
    books.gaps.list(name),
    readIncidents(books.incidents, name),
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
    hasAllIncidents: incidents.length < INCIDENTS_READ_MAX,
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
  for await (const incident of store.list(tenant)) {
    incidents.push(incident);
    if (incidents.length === INCIDENTS_READ_MAX) break;
  }
  return incidents.sort((a, b) => b.lastSeenMs - a.lastSeenMs);
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
    hasAllIncidents: true,
  };
}
