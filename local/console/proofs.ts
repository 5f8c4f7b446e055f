import { type Html, html } from '../../lambda/console/html.ts';
import { countOf, time } from '../../lambda/console/shown.ts';
import { type Verification, verify } from '../../lambda/ledger/verify.ts';
import { asCollectorError } from '../../lambda/platform/errors.ts';
import type { LocalBooks } from './local-books.ts';

/** What became of a proof that somebody asked for. */
type Proof =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly atMs: number; readonly verification: Verification }
  | { readonly kind: 'failed'; readonly message: string };

const BREAKS_LISTED_MAX = 20;

/** Walks ledger and archive when it is asked to, one walk per tenant at a time, and keeps the last result. */
export class Proofs {
  readonly #books: LocalBooks;
  readonly #proofs = new Map<string, Proof>();

  constructor(books: LocalBooks) {
    this.#books = books;
  }

  /** Starts a walk unless one is under way; resolves when it has ended. */
  async start(tenant: string): Promise<void> {
    if (this.#proofs.get(tenant)?.kind === 'running') return;
    this.#proofs.set(tenant, { kind: 'running' });
    try {
      const { head } = (await this.#books.checkpoints.load(tenant)) ?? {};
      const { readObject, ledger } = this.#books;
      const verification = await verify({ rows: ledger.rows(tenant), head, readObject });
      this.#proofs.set(tenant, { kind: 'ended', atMs: Date.now(), verification });
    } catch (thrown) {
      this.#proofs.set(tenant, { kind: 'failed', message: asCollectorError(thrown).message });
    }
  }

  show(tenant: string): Html {
    const proof = this.#proofs.get(tenant);
    return html`<div id="proof">${proof === undefined ? html`<p>Not verified since this run began.</p>` : describe(proof)}
<form class="actions" method="post" action="/tenant/${tenant}/verify"><button id="verify">Verify now</button><small>walks the ledger and the whole archive</small></form></div>`;
  }
}

function describe(proof: Proof): Html {
  if (proof.kind === 'running') return html`<p>The ledger and the archive are being walked …</p>`;
  if (proof.kind === 'failed') return html`<p>The proof could not be made: ${proof.message}</p>`;
  const { events, batches, breaks } = proof.verification;
  const what = `${countOf(events, 'event')} in ${countOf(batches, 'batch', 'batches')}`;
  if (breaks.length === 0) {
    return html`<p><b>Complete:</b> ${what}, each there once and unchanged (verified ${time(proof.atMs)}).</p>`;
  }
  return html`<p><b>${countOf(breaks.length, 'break')}</b> in ${what} (verified ${time(proof.atMs)}):</p>
<ul>${breaks.slice(0, BREAKS_LISTED_MAX).map(({ seq, what: text }) => html`<li>${seq === 0 ? 'checkpoint' : `batch ${seq}`}: ${text}</li>`)}</ul>`;
}
