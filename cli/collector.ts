import { Command, CommanderError } from 'commander';
import { EXIT_FINE, EXIT_USAGE, explain } from '../local/explain.ts';
import { UsageError } from '../local/usage-error.ts';
import { awsRefusal } from './aws-refusal.ts';
import { addBackfillCommand } from './backfill.ts';
import { addCheckCommand } from './check.ts';
import { addCostCommand } from './cost.ts';
import { addExportCommand } from './export.ts';
import { addIncidentCommand } from './incident.ts';
import { addIncidentsCommand } from './incidents.ts';
import { addBacktestCommand, addReplayCommand } from './look-back.ts';
import { addRedriveCommand } from './redrive.ts';
import { addRulesCommand } from './rules.ts';
import { addSearchCommand } from './search.ts';
import { addStatusCommand } from './status.ts';
import { addTailCommand } from './tail.ts';
import { addTenantsCommand } from './tenants.ts';
import { addVerifyCommand } from './verify.ts';

/** The operator's command; each subcommand is a file of this folder. */
async function main(args: readonly string[]): Promise<number> {
  const program = new Command('collector')
    .description('Looks after the Auth0 log collector.')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  addStatusCommand(program);
  addCheckCommand(program);
  addTailCommand(program);
  addIncidentsCommand(program);
  addIncidentCommand(program);
  addRulesCommand(program);
  addBacktestCommand(program);
  addReplayCommand(program);
  addExportCommand(program);
  addSearchCommand(program);
  addBackfillCommand(program);
  addRedriveCommand(program);
  addCostCommand(program);
  addTenantsCommand(program);
  addVerifyCommand(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT_FINE);
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? EXIT_FINE : EXIT_USAGE;
  }
}

/** What AWS refuses is for whoever gives out permissions, not for the next tick. */
function explainToOperator(thrown: unknown): number {
  const refusal = awsRefusal(thrown);
  return explain(refusal === undefined ? thrown : new UsageError(refusal));
}

process.exitCode = await main(process.argv.slice(2)).catch(explainToOperator);
