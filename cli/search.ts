import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Search } from '../lambda/search/search-sql.ts';
import { wholeNumber } from '../local/command-line.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { searchLocal } from '../local/search/search-local.ts';
import { UsageError } from '../local/usage-error.ts';
import { LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { readMoment } from './read-moment.ts';
import { queryOf, readQuery } from './read-query.ts';
import { PRICE_SOURCE, scanUsd, searchAthena, USD_PER_TB } from './search-athena.ts';
import { countOf, type OutputForm, showHits } from './search-output.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly limit: number;
  readonly json?: true;
  readonly raw?: true;
}

const LIMIT_DEFAULT = 100;
/** Hits are held in memory. */
const LIMIT_MAX = 10_000;
const EXIT_INTERRUPTED = 130;

const HELP = `
Words, "phrases" and field:value; all of them must match. -word excludes, * stands for anything.
Fields: user, ip, client, connection, type, country, city, org, host, agent, log_id.

  collector search 'wrong password ip:192.0.2.*' --from 3d
  collector search 'user:anna@example.com -type:s' --from 2026-11-01 --to 2026-11-08`;

export function addSearchCommand(program: Command): void {
  program
    .command('search')
    .description('Finds log events by words and fields, the newest first.')
    .argument('[query...]', 'what to look for; every event without it')
    // So that -word reaches the query; what begins with two hyphens is refused below.
    .allowUnknownOption()
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .option('--from <time>', 'events from this time on: a time in UTC, or 15m, 8h, 3d, 2w ago')
    .option('--to <time>', 'events before this time')
    .option('--type <types>', 'only these event types, codes or names: fp,fu')
    .option(
      '--limit <number>',
      'so many of the newest events',
      wholeNumber(1, LIMIT_MAX),
      LIMIT_DEFAULT,
    )
    .option('--json', 'one JSON object per event: flat fields, and the event under "raw"')
    .option('--raw', 'the events themselves, secrets masked')
    .addHelpText('after', HELP)
    .action((words: readonly string[], options: Options) => {
      const meant = withFolder(words, options);
      return search(queryOf(meant.words, 'search'), meant.options);
    });
}

/** In `search --local 'type:fp'` the query stands where a folder may stand: then it is the query. */
function withFolder(words: readonly string[], options: Options) {
  const { local } = options;
  const isFolder = typeof local !== 'string' || words.length > 0 || existsSync(local);
  if (isFolder) return { words, options };
  return { words: [local, ...words], options: { ...options, local: true as const } };
}

async function search(text: string, options: Options): Promise<void> {
  const { json, raw, local } = options;
  if (json && raw) throw new UsageError('--json and --raw: give one of them');
  const wanted = readSearch(text, options, Date.now());
  const form: OutputForm = json ? 'json' : raw ? 'raw' : 'table';
  const startedAtMs = performance.now();
  const seconds = () => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
  if (local === undefined) await searchDeployment(wanted, form, seconds);
  else await searchFolder(local, wanted, form, seconds);
}

/** @throws {UsageError} that shows the place in the query */
function readSearch(text: string, options: Options, nowMs: number): Search {
  const { tenant, from, to, type, limit } = options;
  const fromMs = from === undefined ? undefined : readMoment('--from', from, nowMs);
  const toMs = to === undefined ? undefined : readMoment('--to', to, nowMs);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new UsageError('--from has to be earlier than --to');
  }
  return { query: readQuery(text, type), tenant, fromMs, toMs, limit };
}

async function searchFolder(
  local: LocalOption,
  { tenant, ...wanted }: Search,
  form: OutputForm,
  seconds: () => string,
): Promise<void> {
  await withBooks(local, async (books) => {
    const { bucket } = books;
    const tenants = await books.tenants(tenant);
    const found = await searchLocal(books, { ...wanted, tenants, bucket });
    const { hits, events, isWhole } = found;
    print(showHits(hits, form, terminalWidth()));
    for (const key of found.unreadable) say(`${key} is missing or damaged (see verify)`);
    const more = isWhole ? '' : `; there may be more than --limit ${wanted.limit}`;
    say(
      `${hits.length.toLocaleString('en-US')} of ${countOf(events, 'event')} in ${seconds()}${more}`,
    );
  });
}

async function searchDeployment(
  wanted: Search,
  form: OutputForm,
  seconds: () => string,
): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.on('SIGINT', interrupt);
  try {
    const { hits, scannedBytes } = await searchAthena(wanted, interrupted.signal, (progress) =>
      showProgress(`Athena: ${progress.state}, ${seconds()}, ${megabytes(progress.scannedBytes)}`),
    );
    showProgress('');
    print(showHits(hits, form, terminalWidth()));
    const price = `about $${scanUsd(scannedBytes).toFixed(5)} at $${USD_PER_TB} per TB, ${PRICE_SOURCE}`;
    say(
      `${countOf(hits.length, 'event')} in ${seconds()}; scanned ${megabytes(scannedBytes)}: ${price}`,
    );
  } catch (thrown) {
    showProgress('');
    if (!interrupted.signal.aborted) throw thrown;
    say('Stopped.');
    process.exitCode = EXIT_INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** One line on a terminal that the next replaces; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function print(text: string): void {
  endWhenReaderLeaves();
  process.stdout.write(text);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
