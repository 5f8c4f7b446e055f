import type { Command } from 'commander';
import type { LedgerRow } from '../lambda/ledger/ledger-row.ts';
import { CollectorError } from '../lambda/platform/errors.ts';
import { type ReadEvent, readEvent } from '../lambda/search/hit.ts';
import { createMatcher, type Matcher } from '../lambda/search/match.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { type Books, LOCAL_OPTION, type LocalOption } from './books.ts';
import { eventLine } from './event-line.ts';
import { printableJson } from './printable.ts';
import { queryOf, readQuery } from './read-query.ts';
import { flatJson } from './search-output.ts';
import { watchBooks } from './watch.ts';

interface Options {
  readonly local?: LocalOption;
  readonly type?: string;
  readonly json?: true;
}

const LOOK_EVERY_MS = 2_000;
/** A batch that is stored later than this has something wrong with it; see `collector redrive`. */
const WAITED_FOR_MAX = 1_000;

const HELP = `
The same words and fields as collector search. Events show up once they are archived: with the poll
that collects them, and the second or two that ingest takes. Ctrl-C ends it.

  collector tail acme
  collector tail acme 'type:f* -country:US' --local
  collector tail acme --json | jq .ip`;

export function addTailCommand(program: Command): void {
  program
    .command('tail')
    .description('Shows the new log events of a tenant as they come, a line each.')
    .argument('<tenant>', 'name of the tenant')
    .argument('[query...]', 'only events that match')
    // So that -word reaches the query; what begins with two hyphens is refused.
    .allowUnknownOption()
    .option(...LOCAL_OPTION)
    .option('--type <types>', 'only these event types, codes or names: fp,fu')
    .option('--json', 'one JSON object per event: flat fields, and the event under "raw"')
    .addHelpText('after', HELP)
    .action((tenant: string, words: readonly string[], options: Options) =>
      tail(tenant, queryOf(words, 'tail'), options),
    );
}

async function tail(tenant: string, text: string, options: Options): Promise<void> {
  const matcher = createMatcher(readQuery(text, options.type));
  const follower = new Follower(tenant);
  const show = options.json ? ({ hit }: ReadEvent) => printableJson(flatJson(hit)) : eventLine;
  endWhenReaderLeaves();
  await watchBooks(options.local, LOOK_EVERY_MS, async (books) => {
    const isFirstLook = follower.isNew;
    for await (const line of follower.newLines(books)) {
      const event = matching(tenant, line, matcher);
      if (event !== undefined) process.stdout.write(`${show(event)}\n`);
    }
    if (isFirstLook) process.stderr.write(`Waiting for new events of ${tenant}; Ctrl-C ends.\n`);
    return false;
  });
}

function matching(tenant: string, line: Buffer, matcher: Matcher): ReadEvent | undefined {
  const event = readEvent(tenant, line.toString('utf8'));
  if (event === undefined) return undefined;
  return matcher.matches({ ...event.values, raw: event.hit.raw }) ? event : undefined;
}

/** Follows the ledger of a tenant from where it stands at the first look. */
class Follower {
  readonly #tenant: string;
  #seenSeq: number | undefined;
  /** Rows that were sent and are not stored yet, in order. */
  #waiting: number[] = [];

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  get isNew(): boolean {
    return this.#seenSeq === undefined;
  }

  /** The events of batches that were stored since the last look. */
  async *newLines(books: Books): AsyncGenerator<Buffer> {
    await books.tenants(this.#tenant);
    const headSeq = (await books.checkpoint(this.#tenant))?.head.seq ?? 0;
    // A row behind the head may still be replaced.
    for (let seq = (this.#seenSeq ?? headSeq) + 1; seq <= headSeq; seq += 1) {
      this.#waiting.push(seq);
    }
    this.#seenSeq = headSeq;
    this.#waiting = this.#waiting.slice(-WAITED_FOR_MAX);
    for (const seq of [...this.#waiting]) {
      const row = await books.ledger.row(this.#tenant, seq);
      if (row?.stored === undefined) continue;
      yield* await linesOf(books, row);
      this.#waiting = this.#waiting.filter((other) => other !== seq);
    }
  }
}

/** The events of a stored batch; one that is damaged is said and passed over. */
async function linesOf(books: Books, row: LedgerRow): Promise<readonly Buffer[]> {
  try {
    return (await books.readArchived(row)).lines;
  } catch (thrown) {
    if (!(thrown instanceof CollectorError) || thrown.code !== 'ARCHIVE_UNREADABLE') throw thrown;
    process.stderr.write(`${thrown.code}: ${thrown.message} (see collector verify)\n`);
    return [];
  }
}
