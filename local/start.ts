import { PLANS } from '../lambda/auth0/plan.ts';
import type { PollSummary } from '../lambda/collect/poll.ts';
import type { Incident } from '../lambda/detect/incident.ts';
import { FAMILIES, SEVERITIES } from '../lambda/detect/rule.ts';
import { story } from '../lambda/detect/story.ts';
import type { FailureCode } from '../lambda/platform/errors.ts';
import { RunControl } from './console/run-control.ts';
import { type LocalConsole, startConsole } from './console/server.ts';
import { EXIT_FINE, EXIT_USAGE, explain } from './explain.ts';
import { type LocalRun, startLocalRun } from './local-run.ts';
import { parseRunOptions, type RunOptions } from './options.ts';
import { endWhenReaderLeaves } from './reader.ts';
import { readRealSecret } from './real-secret.ts';
import { RunOutput } from './run-output.ts';

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

/** What the polls of a run add up to. */
interface Totals {
  fetched: number;
  pages: number;
  batches: number;
  tokenRequests: number;
  duplicates: number;
  rejected: number;
}

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
  const localConsole = options.once ? undefined : await consoleOf(run, options, control);
  try {
    greet(output, options, run, localConsole);
    const totals = newTotals();
    const last = await tickUntilDone(run, options, output, totals, control, stopping.signal);
    const isComplete = await run.drain();
    output.close();
    showIncidents(output, await run.detect());
    await run.compact();
    if (isComplete) output.line(verdict(output, options));
    if (options.json) {
      process.stdout.write(
        `${JSON.stringify(result(options, output, totals, last, startedAtMs))}\n`,
      );
    }
    return exitCode(output, last, totals, isComplete);
  } finally {
    output.close();
    await localConsole?.stop();
    await run.stop();
  }
}

const consoleOf = (
  { aws }: LocalRun,
  { tenant, plan, everySeconds }: RunOptions,
  control: RunControl,
): Promise<LocalConsole> =>
  startConsole(aws.resources, [
    {
      name: tenant,
      tickEveryMs: everySeconds * 1000,
      retentionDays: PLANS[plan].retentionDays,
      control,
    },
  ]);

async function tickUntilDone(
  run: LocalRun,
  options: RunOptions,
  output: RunOutput,
  totals: Totals,
  control: RunControl,
  stopping: AbortSignal,
): Promise<PollSummary> {
  for (;;) {
    const tickedAtMs = Date.now();
    output.expect(await run.remaining());
    const summary = await run.tick();
    addTo(totals, summary);
    output.poll(summary, Date.now() - tickedAtMs);
    const isOver = options.once || stopping.aborted || isSetUpFailure(summary, totals);
    if (isOver) return summary;
    await run.drain();
    output.close();
    showIncidents(output, await run.detect());
    await run.compact();
    const waitMs = Math.max(0, tickedAtMs + options.everySeconds * 1000 - Date.now());
    await control.nextTick(waitMs, stopping);
    if (stopping.aborted) return summary;
  }
}

/** Later on, the same failure may pass by itself or be mended while the run goes on. */
const isSetUpFailure = ({ error }: PollSummary, totals: Totals): boolean =>
  error !== undefined && totals.pages === 0 && SET_UP_CODES.includes(error.code);

function greet(
  output: RunOutput,
  options: RunOptions,
  run: LocalRun,
  localConsole: LocalConsole | undefined,
): void {
  const { simulated } = run;
  const source =
    simulated === undefined
      ? options.source.kind === 'real' && options.source.domain
      : `a simulated tenant with ${simulated.events.count.toLocaleString('en-US')} log events (http://${simulated.host})`;
  output.line(
    `Collecting ${options.tenant} from ${source}; everything is kept in ${options.dataDir}`,
  );
  if (localConsole === undefined) return;
  output.line(`Console: ${localConsole.address}`);
  output.line(`A tick every ${options.everySeconds} s; Ctrl-C ends the run.`);
}

/** A story for each family, and of the others what it takes to look them up. */
function showIncidents(output: RunOutput, incidents: readonly Incident[]): void {
  if (incidents.length === 0) return;
  const told = Object.keys(FAMILIES).flatMap((family) => {
    const own = incidents.filter((incident) => incident.family === family);
    const gravest = own.reduce<Incident | undefined>(
      (a, b) => (a && isGraver(a, b) ? a : b),
      undefined,
    );
    return gravest === undefined ? [] : [gravest];
  });
  for (const incident of told) output.line(`\n${story(incident)}`);
  const others = incidents.length - told.length;
  const words = others === 0 ? '' : `${others} more: `;
  output.line(`\n${words}npm run -s collector -- incidents --local, and incident ID --local\n`);
}

const isGraver = (a: Incident, b: Incident): boolean =>
  SEVERITIES.indexOf(a.severity) >= SEVERITIES.indexOf(b.severity);

function verdict(output: RunOutput, { tenant }: RunOptions): string {
  const { archived, quarantined } = output.totals;
  const aside = quarantined > 0 ? `, ${quarantined} quarantined` : '';
  return `All that was fetched is archived: ${archived.toLocaleString('en-US')} log events of ${tenant} in this run${aside}.`;
}

function result(
  options: RunOptions,
  output: RunOutput,
  totals: Totals,
  last: PollSummary,
  startedAtMs: number,
) {
  const { archived, duplicates, quarantined, compacted } = output.totals;
  return {
    tenant: options.tenant,
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
  totals: Totals,
  isComplete: boolean,
): number {
  if (isSetUpFailure(last, totals)) return EXIT_USAGE;
  if (isComplete && last.stopReason !== 'failed') return EXIT_FINE;
  if (!isComplete) {
    output.line('Not everything that was fetched is archived yet; start again to go on from here.');
  }
  return EXIT_INCOMPLETE;
}

const newTotals = (): Totals => ({
  fetched: 0,
  pages: 0,
  batches: 0,
  tokenRequests: 0,
  duplicates: 0,
  rejected: 0,
});

function addTo(totals: Totals, summary: PollSummary): void {
  for (const name of Object.keys(totals) as (keyof Totals)[]) totals[name] += summary[name];
}

process.exitCode = await main(process.argv.slice(2)).catch(explain);
