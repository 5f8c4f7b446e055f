import type { PollSummary } from '../lambda/collect/poll.ts';
import type { FailureCode } from '../lambda/platform/errors.ts';
import { RunControl } from './console/run-control.ts';
import { type LocalConsole, startConsole } from './console/server.ts';
import { EXIT_FINE, EXIT_USAGE, explain } from './explain.ts';
import { startLocalRun } from './local-run.ts';
import { parseRunOptions, type RunOptions } from './options.ts';
import { endWhenReaderLeaves } from './reader.ts';
import { readRealSecret } from './real-secret.ts';
import { RunOutput } from './run-output.ts';
import { RunTenants, sourceOf } from './run-tenants.ts';
import { newTotals, type PollTotals, sumOf } from './run-totals.ts';
import { showIncidents, tickUntilDone } from './tenant-loop.ts';

const EXIT_INCOMPLETE = 1;

/** Failures that somebody has to mend before a run makes sense. */
const SET_UP_CODES: readonly FailureCode[] = [
  'AUTH0_401_CREDENTIALS',
  'AUTH0_401_TOKEN',
  'AUTH0_403_AUDIENCE',
  'AUTH0_403_DENIED',
  'AUTH0_403_GRANT_TYPE',
  'AUTH0_403_NOT_AUTHORIZED',
  'AUTH0_403_SCOPE',
  'AUTH0_404_TENANT',
  'AUTH0_CONNECTION',
  'AUTH0_DNS',
  'AUTH0_TLS',
  'CREDENTIALS_NOT_SET',
  'CREDENTIALS_SHAPE',
];

async function main(args: readonly string[]): Promise<number> {
  endWhenReaderLeaves();
  const options = parseRunOptions(args);
  const secret = options.source.kind === 'real' ? await readRealSecret() : undefined;
  const output = new RunOutput(options.json ? process.stderr : process.stdout);
  const startedAtMs = Date.now();
  const run = await startLocalRun(options, output, secret);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const control = new RunControl();
  const tenants = new RunTenants({ run, options, output, control, stopping: stopping.signal });
  let localConsole: LocalConsole | undefined;
  try {
    output.line(
      `Collecting ${options.tenant} from ${sourceOf(run)}; everything is kept in ${options.dataDir}`,
    );
    if (!options.once) {
      await tenants.restore();
      localConsole = await startConsole(run.aws.resources, tenants);
      output.line(`Console: ${localConsole.address}`);
      output.line(`A tick every ${options.everySeconds} s; Ctrl-C ends the run.`);
    }
    const totals = newTotals();
    const last = await tickUntilDone(
      {
        run,
        output,
        tenantOutput: output.ofTenant(run.tenant),
        totals,
        control,
        everyMs: options.everySeconds * 1000,
        stopping: stopping.signal,
      },
      (summary) => options.once || isSetUpFailure(summary, totals),
    );
    stopping.abort();
    const areOthersComplete = await tenants.ended();
    const isComplete = (await run.drain()) && areOthersComplete;
    output.close();
    showIncidents(output, await run.detect());
    await run.compact();
    if (isComplete) output.line(verdict(output));
    if (options.json) {
      const all = sumOf([totals, ...tenants.totals]);
      process.stdout.write(`${JSON.stringify(result(options, output, all, last, startedAtMs))}\n`);
    }
    return exitCode(output, last, totals, isComplete);
  } finally {
    output.close();
    stopping.abort();
    await tenants.ended();
    await localConsole?.stop();
    await run.stop();
  }
}

/** Later on, the same failure may pass by itself or be mended while the run goes on. */
const isSetUpFailure = ({ error }: PollSummary, totals: PollTotals): boolean =>
  error !== undefined && totals.pages === 0 && SET_UP_CODES.includes(error.code);

function verdict(output: RunOutput): string {
  const { archived, quarantined } = output.totals;
  const whose = output.tenants.join(', ');
  const aside = quarantined > 0 ? `, ${quarantined} quarantined` : '';
  return `All that was fetched is archived: ${archived.toLocaleString('en-US')} log events of ${whose} in this run${aside}.`;
}

function result(
  options: RunOptions,
  output: RunOutput,
  totals: PollTotals,
  last: PollSummary,
  startedAtMs: number,
) {
  const { archived, duplicates, quarantined, compacted } = output.totals;
  return {
    tenant: options.tenant,
    ...(output.tenants.length > 1 && { tenants: output.tenants }),
    fetched: totals.fetched + totals.rejected,
    archived,
    duplicates: totals.duplicates + duplicates,
    quarantined,
    compacted,
    pages: totals.pages,
    batches: totals.batches,
    tokenRequests: totals.tokenRequests,
    stopReason: last.stopReason,
    durationMs: Date.now() - startedAtMs,
    cursor: last.cursor ?? null,
  };
}

function exitCode(
  output: RunOutput,
  last: PollSummary,
  totals: PollTotals,
  isComplete: boolean,
): number {
  if (isSetUpFailure(last, totals)) return EXIT_USAGE;
  if (isComplete && last.stopReason !== 'failed') return EXIT_FINE;
  if (!isComplete) {
    output.line('Not everything that was fetched is archived yet; start again to go on from here.');
  }
  return EXIT_INCOMPLETE;
}

process.exitCode = await main(process.argv.slice(2)).catch(explain);
