import { type Command, Option } from 'commander';
import type { Incident } from '../lambda/detect/incident.ts';
import { FAMILIES, type Family } from '../lambda/detect/rule.ts';
import { entityWords } from '../lambda/detect/story.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { plainTable } from './plain-table.ts';
import { printableJson } from './printable.ts';
import { countOf } from './search-output.ts';
import { readMoment } from './search-range.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly family?: Family;
  readonly since: string;
  readonly json?: true;
}

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
    .option('--json', 'one JSON object per incident')
    .action(async (options: Options) => {
      endWhenReaderLeaves();
      const incidents = await readIncidents(options);
      process.stdout.write(options.json ? asJson(incidents) : asTable(incidents));
      if (!options.json) process.stderr.write(`${countOf(incidents.length, 'incident')}\n`);
    });
}

function readIncidents({ local, tenant: only, family, since }: Options): Promise<Incident[]> {
  const sinceMs = readMoment('--since', since, Date.now());
  return withBooks(local, async (books) => {
    const found: Incident[] = [];
    for (const tenant of await books.tenants(only)) {
      for await (const incident of books.incidents.list(tenant)) {
        const isWanted = family === undefined || incident.family === family;
        if (isWanted && incident.lastSeenMs >= sinceMs) found.push(incident);
      }
    }
    return found.sort((a, b) => b.lastSeenMs - a.lastSeenMs);
  });
}

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
