import { once } from 'node:events';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Command } from 'commander';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { UsageError } from '../local/usage-error.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';

const decompress = promisify(gunzip);

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('Prints every archived log event as NDJSON, whole and unchanged, in order.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .action((options: Options) =>
      withBooks(options.local, (books) => exportEvents(books, options.tenant)),
    );
}

async function exportEvents(books: Books, only: string | undefined): Promise<void> {
  endWhenReaderLeaves();
  for (const tenant of await books.tenants(only)) {
    for await (const { seq, stored } of books.ledger.rows(tenant)) {
      if (stored === undefined) continue;
      const object = await books.readObject(stored.key);
      if (object === undefined) {
        throw new UsageError(`Row ${seq} of ${tenant}: ${stored.key} is missing (see verify)`);
      }
      if (!process.stdout.write(await decompress(object))) await once(process.stdout, 'drain');
    }
  }
}
