import { type Checkpoint, firstCheckpoint } from '../../lambda/collect/checkpoint.ts';
import type { TenantStatus } from '../../lambda/collect/status.ts';
import { html } from '../../lambda/console/html.ts';
import type { TenantReading } from '../../lambda/console/reading.ts';
import type { Surroundings } from '../../lambda/console/view.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import type { Gap } from '../../lambda/ledger/gap-store.ts';

export const NOW_MS = Date.parse('2026-11-22T16:00:00.000Z');
export const ago = (ms: number): string => new Date(NOW_MS - ms).toISOString();
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 3600_000;

/** A checkpoint after polls that went well, with other values where they matter. */
export function checkpoint(
  status: Partial<TenantStatus> = {},
  others: Partial<Checkpoint> = {},
): Checkpoint {
  const polled: TenantStatus = {
    state: 'healthy',
    lastPollAt: ago(MINUTE_MS),
    lastSuccessAt: ago(MINUTE_MS),
    ...status,
  };
  return {
    ...firstCheckpoint('oldest', polled),
    head: { seq: 3, hash: 'a'.repeat(64) },
    eventsTotal: 2_500,
    collectedUntil: ago(MINUTE_MS),
    ...others,
  };
}

export const gap = (others: Partial<Gap> = {}): Gap => ({
  from: ago(3 * DAY_MS),
  to: ago(2 * DAY_MS),
  reason: 'retention-passed',
  afterLogId: '90020261119160000000000000000000000001223372036854775807',
  recordedAt: ago(MINUTE_MS),
  ...others,
});

export const incident = (others: Partial<Incident> = {}): Incident => ({
  id: 'A0-LOG-02-20261122-3f9ac01b7d2e',
  tenant: 'acme',
  ruleId: 'A0-LOG-02',
  title: 'Leaked password used',
  family: 'login',
  severity: 'high',
  entity: { kind: 'user', value: 'alice@example.com' },
  attack: ['T1078'],
  firstSeenMs: NOW_MS - DAY_MS,
  lastSeenMs: NOW_MS - MINUTE_MS,
  count: 1,
  timeline: [{ ms: NOW_MS - DAY_MS, logId: '900202611221', text: 'login from 192.0.2.7' }],
  todo: 'Reset the password.',
  openedMs: NOW_MS,
  updatedMs: NOW_MS,
  version: 1,
  lastRun: '1',
  ...others,
});

export const reading = (others: Partial<TenantReading> = {}): TenantReading => ({
  tenant: { name: 'acme', tickEveryMs: 5 * MINUTE_MS, isPaused: false, retentionDays: 30 },
  condition: {
    colour: 'green',
    word: 'collecting',
    reason: 'Everything up to 60 s ago is collected.',
    remedy: undefined,
    code: undefined,
  },
  checkpoint: checkpoint(),
  batches: [{ sentAtMs: NOW_MS - MINUTE_MS, count: 20, lagMs: 2_000 }],
  waitingBatches: 0,
  gaps: [],
  incidents: [],
  recentIncidents: 0,
  ...others,
});

/** Where nothing can be done, with links that say where they lead. */
export const SURROUNDINGS: Surroundings = {
  link: (view, label) => html`<a href="/view/${JSON.stringify(view)}">${label}</a>`,
  proof: (tenant) => html`<p>${tenant}</p>`,
  search: (query, label) => html`<a href="/search?q=${query}">${label}</a>`,
};
