import { type Command, Option } from 'commander';
import type { Incident } from '../lambda/detect/incident.ts';
import { FAMILIES, type Family } from '../lambda/detect/rule.ts';
import { entityWords } from '../lambda/detect/story.ts';
import { wholeNumber } from '../local/command-line.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { plainTable } from './plain-table.ts';
import { printableJson } from './printable.ts';
import { readMoment } from './read-moment.ts';
import { countOf } from './search-output.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly family?: Family;
  readonly since: string;
  readonly limit: number;
  readonly json?: true;
}

interface Found {
  /** The newest first. */
  readonly incidents: readonly Incident[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}

/** More than anybody reads, and read in a second or two. */
const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 100_000;

const COLUMNS = [
  { title: 'LAST SEEN (UTC)', widthMin: 16, widthMax: 16 },
  { title: 'SEVERITY', widthMin: 8, widthMax: 8 },
  { title: 'WHAT', widthMin: 16, widthMax: 44 },
  { title: 'WHO', widthMin: 12, widthMax: 44 },
  { title: 'EVENTS', widthMin: 6, widthMax: 9 },
  { title: 'INCIDENT', widthMin: 31, widthMax: 31 },
] as const;

export function addIncidentsCommand(program: Command): void {
  program
    .command('incidents')
    .description('Lists what the rules have raised, the newest first.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .addOption(new Option('--family <family>', 'only this family').choices(Object.keys(FAMILIES)))
    .option('--since <time>', 'seen from this time on: a time in UTC, or 8h, 3d, 2w ago', '7d')
    .option(
      '--limit <number>',
      'so many of the newest incidents',
      wholeNumber(1, LIMIT_MAX),
      LIMIT_DEFAULT,
    )
    .option('--json', 'one JSON object per incident')
    .action(async (options: Options) => {
      endWhenReaderLeaves();
      const found = await readIncidents(options);
      const { incidents } = found;
      process.stdout.write(options.json ? asJson(incidents) : asTable(incidents));
      if (!options.json || found.isCut) process.stderr.write(`${summaryOf(found)}\n`);
    });
}

function readIncidents(options: Options): Promise<Found> {
  const { local, tenant: only, family, limit } = options;
  const sinceMs = readMoment('--since', options.since, Date.now());
  return withBooks(local, async (books) => {
    const found: Incident[] = [];
    for (const tenant of await books.tenants(only)) {
      let read = 0;
      for await (const incident of books.incidents.newest(tenant, { sinceMs, family })) {
        found.push(incident);
        read += 1;
        // One more than shown tells that there are more.
        if (read > limit) break;
      }
    }
    found.sort((a, b) => b.lastSeenMs - a.lastSeenMs);
    return { incidents: found.slice(0, limit), isCut: found.length > limit };
  });
}

const summaryOf = ({ incidents, isCut }: Found): string =>
  isCut
    ? `${countOf(incidents.length, 'incident')}; there are more than --limit ${incidents.length}`
    : countOf(incidents.length, 'incident');

const asJson = (incidents: readonly Incident[]): string =>
  incidents.map((incident) => `${printableJson(JSON.stringify(incident))}\n`).join('');

/** The table of incidents; `collector incident ID` tells more of each. */
export function asTable(incidents: readonly Incident[]): string {
  const rows = incidents.map(({ lastSeenMs, severity, title, entity, count, id }) => [
    new Date(lastSeenMs).toISOString().slice(0, 16).replace('T', ' '),
    severity,
    title,
    entityWords(entity),
    count.toLocaleString('en-US'),
    id,
  ]);
  return plainTable(COLUMNS, rows, terminalWidth());
}
