import type { Gap } from '../ledger/gap-store.ts';
import { type Html, html } from './html.ts';
import { BATCHES_READ_MAX, type TenantReading } from './reading.ts';
import { count, countOf, timeOf } from './shown.ts';

const LISTED_MAX = 50;

const REASONS: Readonly<Record<Gap['reason'], string>> = {
  'retention-passed': 'Auth0 had dropped the events before they were collected.',
  'cursor-refused': 'Auth0 did not accept the cursor; collection went on by time.',
};

/** A gap and whose it is. */
export interface TenantGap extends Gap {
  readonly tenant: string;
}

/** What could not be collected, the newest first. */
export function gapTable(gaps: readonly TenantGap[]): Html {
  if (gaps.length === 0) return html`<p>No gap: nothing is known to be lost.</p>`;
  const listed = gaps.slice(0, LISTED_MAX);
  return html`<div class="wide"><table><thead><tr><th scope="col">Tenant</th><th scope="col">From (UTC)</th><th scope="col">To (UTC)</th><th scope="col">Why</th><th scope="col">Recorded (UTC)</th></tr></thead>
<tbody>${listed.map(
    ({ tenant, from, to, reason, recordedAt }) =>
      html`<tr><td>${tenant}</td><td>${timeOf(from)}</td><td>${timeOf(to)}</td><td>${REASONS[reason]}</td><td>${timeOf(recordedAt)}</td></tr>`,
  )}</tbody></table></div>
${gaps.length > listed.length ? html`<p class="aside">The newest ${listed.length} of ${countOf(gaps.length, 'gap')}.</p>` : undefined}`;
}

/** How far the ledger of a tenant is stored and audited. */
export function ledgerFigures({ checkpoint, waitingBatches }: TenantReading): Html | undefined {
  if (checkpoint === undefined) return undefined;
  const { head, auditedSeq, eventsTotal } = checkpoint;
  const looked = Math.min(head.seq, BATCHES_READ_MAX);
  return html`<dl class="figures">
<div><dt>Events</dt><dd>${count(eventsTotal)}</dd></div>
<div><dt>Batches</dt><dd>${count(head.seq)}</dd></div>
<div><dt>Not stored yet, of the last ${count(looked)}</dt><dd>${count(waitingBatches)}</dd></div>
<div><dt>Audited up to batch</dt><dd>${count(auditedSeq)}</dd></div>
</dl>`;
}
