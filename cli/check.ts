import type { Command } from 'commander';
import { examine } from '../local/checks/examine.ts';
import { gravest } from '../local/checks/gravest.ts';
import type { Subject } from '../local/checks/subject.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { LOCAL_OPTION, type LocalOption } from './books.ts';
import { reportCounts, reportLine } from './checks/report.ts';
import { withSubject } from './checks/surroundings.ts';
import { printableJson } from './printable.ts';

interface Options {
  readonly local?: LocalOption;
  readonly json?: true;
}

/** A warning is nothing that stops collection, so only a failure is a finding. */
const EXIT_FINDING = 1;

const HELP = `
Nothing is changed. The request for a token adds one event to the tenant's log.
Exit code 0: collection works, perhaps with warnings; 1: something failed; 2: wrong usage.

  collector check acme            the deployed tenant, with AWS_PROFILE and AWS_REGION
  collector check acme --local    the tenant of npm start
  collector check acme --json | jq '.checks[] | select(.state == "failed")'`;

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('Says whether a tenant can be collected and is, and what to do if not.')
    .argument('<tenant>', 'name of the tenant')
    .option(...LOCAL_OPTION)
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action((tenant: string, { local, json }: Options) =>
      withSubject(local, tenant, (subject) => showExamination(subject, json === true)),
    );
}

async function showExamination(subject: Subject, isJson: boolean): Promise<void> {
  const { tenant, source } = subject;
  endWhenReaderLeaves();
  const print = (text: string) => process.stdout.write(text);
  if (!isJson) print(`${tenant}: ${source.domain}\n`);
  const lines = await examine(subject, (line) => {
    if (!isJson) print(reportLine(line));
  });
  const verdict = gravest(lines);
  const json = () => printableJson(JSON.stringify({ tenant, verdict, checks: lines }));
  print(isJson ? `${json()}\n` : `${tenant}: ${reportCounts(lines)}\n`);
  if (verdict === 'failed') process.exitCode = EXIT_FINDING;
}
