import type { Command } from 'commander';
import { story } from '../lambda/detect/story.ts';
import { UsageError } from '../local/usage-error.ts';
import { LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { printableJson } from './printable.ts';

interface Options {
  readonly local?: LocalOption;
  readonly json?: true;
}

export function addIncidentCommand(program: Command): void {
  program
    .command('incident')
    .description('Tells the story of an incident: what happened, and what to do.')
    .argument('<id>', 'as collector incidents lists it')
    .option(...LOCAL_OPTION)
    .option('--json', 'as one JSON object')
    .action((id: string, options: Options) => tell(id, options));
}

function tell(id: string, { local, json }: Options): Promise<void> {
  return withBooks(local, async (books) => {
    for (const tenant of await books.tenants(undefined)) {
      const incident = await books.incidents.get(tenant, id);
      if (incident === undefined) continue;
      const text = json ? printableJson(JSON.stringify(incident)) : story(incident);
      process.stdout.write(`${text}\n`);
      return;
    }
    throw new UsageError(`There is no incident "${id}": collector incidents lists those there are`);
  });
}
