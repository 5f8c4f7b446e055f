import type { Command } from 'commander';
import { ingestedAtMs } from '../lambda/auth0/log-id.ts';
import type { Gap } from '../lambda/ledger/gap-store.ts';
import { type Verification, verify } from '../lambda/ledger/verify.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly json?: true;
}

const EXIT_FINDING = 1;

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'Walks ledger and archive and says whether everything is there, once and unchanged.',
    )
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .option('--json', 'one JSON object per tenant')
    .action((options: Options) => withBooks(options.local, (books) => verifyAll(books, options)));
}

async function verifyAll(books: Books, options: Options): Promise<void> {
  for (const tenant of await books.tenants(options.tenant)) {
    const verification = await verify({
      rows: books.ledger.rows(tenant),
      head: (await books.checkpoint(tenant))?.head,
      readObject: books.readObject,
    });
    const gaps = await books.gaps.list(tenant);
    const text = options.json
      ? JSON.stringify({ tenant, ...verification, gaps })
      : describe(tenant, verification, gaps);
    process.stdout.write(`${text}\n`);
    if (verification.breaks.length > 0) process.exitCode = EXIT_FINDING;
  }
}

function describe(tenant: string, verification: Verification, gaps: readonly Gap[]): string {
  const { events, batches, firstLogId, lastLogId, breaks } = verification;
  const range =
    firstLogId && lastLogId ? ` from ${timeOf(firstLogId)} to ${timeOf(lastLogId)}` : '';
  const verdict = breaks.length === 0 ? 'complete' : `${plural(breaks.length, 'break')}`;
  const head = `${tenant}: ${plural(events, 'event')} in ${plural(batches, 'batch', 'batches')}${range}, ${verdict}`;
  return [
    head,
    ...breaks.map(({ seq, what }) => `  ${seq === 0 ? 'checkpoint' : `batch ${seq}`}: ${what}`),
    ...gaps.map(({ from, to, reason }) => `  gap from ${from} to ${to}: ${reason}`),
  ].join('\n');
}

function timeOf(logId: string): string {
  const ms = ingestedAtMs(logId);
  return ms === undefined ? logId : new Date(ms).toISOString();
}

const plural = (value: number, one: string, many: string = `${one}s`): string =>
  `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
