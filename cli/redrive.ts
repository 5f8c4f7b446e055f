import type { Command } from 'commander';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { type DeadLetter, describeDeadLetter } from './dead-letter.ts';
import { openDeadLetters } from './dead-letter-queue.ts';
import { plainTable } from './plain-table.ts';
import { printableJson } from './printable.ts';
import { countOf } from './search-output.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly dryRun?: true;
  readonly json?: true;
}

/** What became of a dead letter. */
type Outcome = 'sent back' | 'left' | 'would be sent back';

interface Redriven extends DeadLetter {
  readonly outcome: Outcome;
}

const EXIT_FINDING = 1;

const COLUMNS = [
  { title: 'SENT (UTC)', widthMin: 16, widthMax: 16 },
  { title: 'TENANT', widthMin: 4, widthMax: 32 },
  { title: 'BATCH', widthMin: 5, widthMax: 10 },
  { title: 'EVENTS', widthMin: 6, widthMax: 9 },
  { title: 'OUTCOME', widthMin: 9, widthMax: 18 },
  { title: 'WHY', widthMin: 20, widthMax: 110 },
] as const;

const HELP = `
A message is deleted from the dead-letter queue only after the queue has acknowledged it. What can
never be stored, because it is no batch, stays where it is.
Exit code 0: none is left; 1: some are; 2: wrong usage.

  collector redrive --dry-run
  collector redrive`;

export function addRedriveCommand(program: Command): void {
  program
    .command('redrive')
    .description('Says what is in the dead-letter queue and why, and sends it back to the queue.')
    .option(...LOCAL_OPTION)
    .option('--dry-run', 'only say it')
    .option('--json', 'one JSON object per message')
    .addHelpText('after', HELP)
    .action((options: Options) => withBooks(options.local, (books) => redrive(books, options)));
}

async function redrive(books: Books, { dryRun, json }: Options): Promise<void> {
  const queue = await openDeadLetters(books.sqs, await books.queueUrl());
  const all: Redriven[] = [];
  endWhenReaderLeaves();
  for await (const message of queue.messages()) {
    const letter = await describeDeadLetter(books, message);
    const isSent = letter.canBeStored && !dryRun;
    if (isSent) await queue.sendBack(message);
    const outcome = isSent ? 'sent back' : letter.canBeStored ? 'would be sent back' : 'left';
    all.push({ ...letter, outcome });
    if (json) process.stdout.write(`${printableJson(JSON.stringify(all.at(-1)))}\n`);
  }
  await queue.letGo();
  if (!json) {
    process.stdout.write(plainTable(COLUMNS, all.map(rowOf), terminalWidth()));
    process.stderr.write(`${summaryOf(all)}\n`);
  }
  if (all.some(({ outcome }) => outcome !== 'sent back')) process.exitCode = EXIT_FINDING;
}

const rowOf = (letter: Redriven): readonly (string | undefined)[] => [
  letter.sentAt?.slice(0, 16).replace('T', ' '),
  letter.tenant,
  letter.seq?.toString(),
  letter.count?.toLocaleString('en-US'),
  letter.outcome,
  `${letter.code === undefined ? '' : `${letter.code}: `}${letter.why}`,
];

function summaryOf(all: readonly Redriven[]): string {
  if (all.length === 0) return 'No dead letters.';
  const counts = (['sent back', 'would be sent back', 'left'] as const).flatMap((outcome) => {
    const count = all.filter((letter) => letter.outcome === outcome).length;
    return count === 0 ? [] : [`${count.toLocaleString('en-US')} ${outcome}`];
  });
  return `${countOf(all.length, 'dead letter')}: ${counts.join(', ')}`;
}
