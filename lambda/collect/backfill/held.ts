import { isRejected, keyOfEvent, type LogEvent } from '../../auth0/log-event.ts';
import { compareLogIds } from '../../auth0/log-id.ts';
import type { Page } from '../../auth0/page.ts';
import { IdSet } from '../../ledger/id-set.ts';
import type { LedgerRow } from '../../ledger/ledger-row.ts';
import type { LedgerStore } from '../../ledger/ledger-store.ts';

/** Where the events of a row lie, by their ids. */
interface RowPlace {
  readonly seq: number;
  readonly firstLogId: string;
  readonly lastLogId: string;
  /** While the audit has not come to the row: what lies behind this id and within it is the audit's. */
  readonly auditAfter: string | undefined;
}

type Event = Page['events'][number];

/** What the ledger of a tenant holds already: the places of all rows, by their ids. */
export class HeldEvents {
  readonly #ledger: LedgerStore;
  readonly #tenant: string;
  readonly #places: RowPlace[] = [];

  private constructor(ledger: LedgerStore, tenant: string) {
    this.#ledger = ledger;
    this.#tenant = tenant;
  }

  /** Reads the places of all rows. */
  static async read(ledger: LedgerStore, tenant: string, auditedSeq: number): Promise<HeldEvents> {
    const held = new HeldEvents(ledger, tenant);
    let lastLive = '';
    for await (const row of ledger.rows(tenant)) {
      held.#places.push(placeOf(row, row.seq > auditedSeq ? lastLive : undefined));
      if (!row.isLate) lastLive = row.lastLogId || lastLive;
    }
    return held;
  }

  /** A batch that was noted since. */
  add(row: Pick<LedgerRow, 'seq' | 'firstLogId' | 'lastLogId'>): void {
    this.#places.push(placeOf({ ...row, isLate: true }, undefined));
  }

  /** For one reader, who goes on from page to page. */
  asker(): HeldAsker {
    return new HeldAsker(this.#places, (seq) => this.#ledger.row(this.#tenant, seq));
  }
}

/** Keeps the ids of the rows that the last page lay in, and only those, in memory. */
export class HeldAsker {
  readonly #places: readonly RowPlace[];
  readonly #row: (seq: number) => Promise<LedgerRow | undefined>;
  readonly #idsOf = new Map<number, IdSet>();

  constructor(places: readonly RowPlace[], row: (seq: number) => Promise<LedgerRow | undefined>) {
    this.#places = places;
    this.#row = row;
  }

  /**
   * Tells which of the events of a page nobody has: neither the ledger, nor the audit, which reads
   * the ranges that it has not come to and sends what is missing there itself.
   */
  async unknownOf(events: readonly Event[]): Promise<readonly Event[]> {
    const logIds = events.flatMap((event) => (isRejected(event) ? [] : [event.logId]));
    const [first = '', last = first] = [logIds.sort(compareLogIds)[0], logIds.at(-1)];
    const near = this.#places.filter((place) => touches(place, first, last));
    const ids = await this.#idsOfRows(near.map(({ seq }) => seq));
    return events.filter(
      (event) => !ids.some((set) => set.has(keyOfEvent(event))) && !isOfAudit(event, near),
    );
  }

  async #idsOfRows(seqs: readonly number[]): Promise<readonly IdSet[]> {
    for (const seq of this.#idsOf.keys()) if (!seqs.includes(seq)) this.#idsOf.delete(seq);
    for (const seq of seqs) {
      if (this.#idsOf.has(seq)) continue;
      const row = await this.#row(seq);
      this.#idsOf.set(seq, new IdSet(row?.idHashes));
    }
    return [...this.#idsOf.values()];
  }
}

/** A row of nothing but rejected elements has no ids, so it may lie anywhere. */
const touches = ({ firstLogId, lastLogId, auditAfter }: RowPlace, first: string, last: string) =>
  lastLogId === '' ||
  (compareLogIds(auditAfter ?? firstLogId, last) <= 0 && compareLogIds(lastLogId, first) >= 0);

const isOfAudit = (event: Event, near: readonly RowPlace[]): boolean =>
  !isRejected(event) && near.some((place) => isWithinAudit(event, place));

const isWithinAudit = ({ logId }: LogEvent, { auditAfter, lastLogId }: RowPlace): boolean =>
  auditAfter !== undefined &&
  compareLogIds(logId, auditAfter) > 0 &&
  compareLogIds(logId, lastLogId) <= 0;

/** @param lastLive the last id of the live row before it; undefined when the audit is past the row */
function placeOf(
  { seq, from = '', firstLogId = '', lastLogId = '', isLate }: LedgerRow | LateRow,
  lastLive: string | undefined,
): RowPlace {
  const isAuditDue = lastLive !== undefined && !isLate && lastLogId !== '';
  return {
    seq,
    firstLogId,
    lastLogId,
    auditAfter: isAuditDue ? auditStart(from, firstLogId, lastLogId, lastLive) : undefined,
  };
}

type LateRow = Pick<LedgerRow, 'seq' | 'from' | 'firstLogId' | 'lastLogId' | 'isLate'>;

/** As the audit begins: a cursor of another form than ids bounds nothing, but its pages do. */
function auditStart(from: string, firstLogId: string, lastLogId: string, lastLive: string): string {
  if (from === '') return firstLogId;
  return from.length === lastLogId.length ? from : lastLive;
}
