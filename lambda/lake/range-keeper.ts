import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { contiguous } from '../ledger/ranges.ts';
import {
  type Compaction,
  commit,
  firstCompaction,
  promise,
  promisedPartitions,
} from './compaction.ts';
import type { CompactionStore } from './compaction-store.ts';
import { partitionText, type SeqRange } from './lake-object.ts';
import type { WriteLakeObject } from './lake-writer.ts';
import {
  type MissingBatch,
  type PartitionRows,
  type RangeContent,
  type RangeReaderParts,
  readRange,
} from './read-range.ts';

export interface KeeperParts extends RangeReaderParts {
  readonly ledger: LedgerStore;
  readonly compactions: CompactionStore;
  /** One per layout. */
  readonly writers: readonly WriteLakeObject[];
}

/**
 * Takes ranges through promise, write and commit, one after the other. It holds the compaction item
 * of one run; every write of it is made here, and each commits the range before.
 */
export class RangeKeeper {
  readonly written = { events: 0, ranges: 0, objects: 0, bytes: 0 };
  /** The batches of this run that the archive did not have. */
  readonly missing: MissingBatch[] = [];
  readonly #parts: KeeperParts;
  #compaction: Compaction;
  #isSaved = true;

  private constructor(parts: KeeperParts, compaction: Compaction) {
    this.#parts = parts;
    this.#compaction = compaction;
  }

  static async open(parts: KeeperParts): Promise<RangeKeeper> {
    const compaction = await parts.compactions.load(parts.tenant);
    return new RangeKeeper(parts, compaction ?? firstCompaction());
  }

  get compaction(): Compaction {
    return this.#compaction;
  }

  /**
   * Writes a range again that was promised and perhaps written in part. What it was promised and no
   * longer has, since the mapping has changed, is written empty.
   */
  async recover(): Promise<void> {
    const { pending } = this.#compaction;
    if (pending === undefined) return;
    const { fromSeq, toSeq } = pending;
    const content = await readRange(this.#parts, await this.#rowsOf(pending));
    const found = new Set(content.partitions.map(partitionText));
    const gone = promisedPartitions(this.#compaction)
      .filter((partition) => !found.has(partitionText(partition)))
      .map((partition): PartitionRows => ({ ...partition, rows: [] }));
    const partitions = [...content.partitions, ...gone];
    if (partitions.length > pending.partitions.length) {
      await this.#save(promise(this.#compaction, { fromSeq, toSeq }, partitions));
    }
    await this.#write({ fromSeq, toSeq }, { ...content, partitions });
  }

  /** Brings new rows, none of them left out, into the lake; what the archive lacks becomes holes. */
  async bring(rows: readonly LedgerRow[]): Promise<void> {
    const [first, last] = [rows.at(0), rows.at(-1)];
    if (first === undefined || last === undefined) return;
    const range = { fromSeq: first.seq, toSeq: last.seq };
    const content = await readRange(this.#parts, rows);
    await this.#save(promise(this.#compaction, range, content.partitions));
    await this.#write(range, content);
  }

  /** Brings a row that was passed into the lake, if the archive has it by now. */
  async fill(seq: number): Promise<void> {
    const row = await this.#parts.ledger.row(this.#parts.tenant, seq);
    if (row?.stored === undefined) return;
    const content = await readRange(this.#parts, [row]);
    if (content.missing.length > 0) {
      this.missing.push(...content.missing);
      return;
    }
    const range = { fromSeq: seq, toSeq: seq };
    await this.#save(promise(this.#compaction, range, content.partitions));
    await this.#write(range, content);
  }

  /** Commits what was written last. */
  async save(): Promise<void> {
    if (!this.#isSaved) await this.#save(this.#compaction);
  }

  async #write(range: SeqRange, { partitions, events, missing }: RangeContent): Promise<void> {
    const { tenant, writers } = this.#parts;
    for (const { rows, class: ocsfClass, day } of partitions) {
      for (const write of writers) {
        const volume = await write({ class: ocsfClass, day, tenant, ...range }, rows);
        this.written.objects += 1;
        this.written.bytes += volume;
      }
    }
    this.written.events += events;
    this.written.ranges += 1;
    this.missing.push(...missing);
    this.#compaction = commit(this.#compaction, { events, missing: missing.map(({ seq }) => seq) });
    this.#isSaved = false;
  }

  async #save(compaction: Compaction): Promise<void> {
    const { compactions, tenant } = this.#parts;
    this.#compaction = await compactions.save(tenant, compaction);
    this.#isSaved = true;
  }

  async #rowsOf({ fromSeq, toSeq }: SeqRange): Promise<LedgerRow[]> {
    const { ledger, tenant } = this.#parts;
    const bounds = { afterSeq: fromSeq - 1, upToSeq: toSeq };
    const rows: LedgerRow[] = [];
    for await (const row of contiguous(ledger.rows(tenant, bounds.afterSeq), bounds))
      rows.push(row);
    return rows;
  }
}
