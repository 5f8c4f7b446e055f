import type { Command } from 'commander';
import { ingestedAtMs } from '../lambda/auth0/log-id.ts';
import { PLANS } from '../lambda/auth0/plan.ts';
import { type Backfill, isUnderWay, newBackfill } from '../lambda/collect/backfill/backfill.ts';
import { isRunUnderWay } from '../local/data-folder.ts';
import { UsageError } from '../local/usage-error.ts';
import { estimateWords } from './backfill-estimate.ts';
import { BackfillProgress, heldWords } from './backfill-output.ts';
import { type Books, LOCAL_OPTION, type LocalOption, localFolder, withBooks } from './books.ts';
import { printableJson } from './printable.ts';
import { readMoment } from './read-moment.ts';
import { type TenantSettings, tenantSettings } from './tenant-settings.ts';
import { watchBooks } from './watch.ts';

interface Options {
  readonly local?: LocalOption;
  readonly from?: string;
  readonly to?: string;
  /** False for `--no-wait`. */
  readonly wait: boolean;
  readonly json?: true;
}

const LOOK_EVERY_MS = 2_000;
const EXIT_INTERRUPTED = 130;

const HELP = `
The tenant's poller works on it after each poll that is caught up, so new events come first. What
was collected before is not stored again. Ctrl-C ends the waiting, not the backfill; the same command
without --from says how far it is.

  collector backfill acme --from 2026-11-01
  collector backfill acme --from 10d --to 8d --no-wait
  collector backfill acme --local`;

export function addBackfillCommand(program: Command): void {
  program
    .command('backfill')
    .description('Collects log events from before the collection began, beside the running one.')
    .argument('<tenant>', 'name of the tenant')
    .option(...LOCAL_OPTION)
    .option('--from <time>', 'events from this time on: a time in UTC, or 15m, 8h, 3d, 2w ago')
    .option('--to <time>', 'events before this time (where the collection began)')
    .option('--no-wait', 'only ask for it')
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', HELP)
    .action((tenant: string, options: Options) => backfill(tenant, options));
}

async function backfill(tenant: string, options: Options): Promise<void> {
  const { local, from, to, wait, json } = options;
  if (from === undefined && to !== undefined) throw new UsageError('--to needs --from');
  const settings = await tenantSettings(local, tenant);
  const progress = new BackfillProgress(tenant);
  const asked = await withBooks(local, (books) =>
    from === undefined
      ? lookUp(books, tenant)
      : ask(books, tenant, { from, to }, settings, (text) => progress.say(text)),
  );
  progress.show(asked);
  const last = wait && canGoOn(local, progress) ? await waitFor(tenant, local, progress) : asked;
  if (json) process.stdout.write(`${printableJson(JSON.stringify({ tenant, ...last }))}\n`);
  else if (last.state === 'done') process.stdout.write(`${heldWords(tenant, last)}\n`);
}

/** Nobody works on it on a data folder without a run. */
function canGoOn(local: LocalOption, progress: BackfillProgress): boolean {
  if (local === undefined || isRunUnderWay(localFolder(local)) || progress.isDone) return true;
  progress.say(
    'No run is under way on the data folder: npm start, or npm start -- --once, goes on.',
  );
  return false;
}

async function lookUp(books: Books, tenant: string): Promise<Backfill> {
  await books.tenants(tenant);
  const found = await books.backfills.load(tenant);
  if (found !== undefined) return found;
  throw new UsageError(`There is no backfill of ${tenant}: ask for one with --from`);
}

/** @throws {UsageError} when the range makes no sense, or another one is not done yet */
async function ask(
  books: Books,
  tenant: string,
  { from, to }: { readonly from: string; readonly to: string | undefined },
  { plan = PLANS.enterprise, tickEveryMs }: TenantSettings,
  say: (text: string) => void,
): Promise<Backfill> {
  const nowMs = Date.now();
  await books.tenants(tenant);
  const before = await books.backfills.load(tenant);
  const version = before?.version ?? 0;
  if (isUnderWay(before)) {
    throw new UsageError(
      `A backfill of ${tenant} from ${timeWords(before.fromMs)} to ${timeWords(before.toMs)} is not done yet: see collector backfill ${tenant} without --from`,
    );
  }
  const fromMs = readMoment('--from', from, nowMs);
  const toMs =
    to === undefined ? await collectionBegan(books, tenant, nowMs) : readMoment('--to', to, nowMs);
  const backfill = newBackfill({ fromMs, toMs }, plan, nowMs, version);
  assertRange(fromMs, backfill, to);
  if (backfill.askedFromMs !== undefined) {
    say(
      `Auth0 keeps log events of this plan for ${plan.retentionDays} days: from ${timeWords(backfill.fromMs)} on instead of ${timeWords(fromMs)}.`,
    );
  }
  say(await estimateWords(books, tenant, backfill, plan, tickEveryMs));
  return books.backfills.save(tenant, backfill);
}

function assertRange(askedMs: number, { fromMs, toMs }: Backfill, to: string | undefined): void {
  if (fromMs < toMs) return;
  if (askedMs < toMs) {
    throw new UsageError(`Auth0 no longer keeps log events from before ${timeWords(fromMs)}`);
  }
  if (to !== undefined) throw new UsageError('--from has to be earlier than --to');
  throw new UsageError(
    `The collection began at ${timeWords(toMs)}, and what came since is collected: name an earlier --from, or --to for looking through that again`,
  );
}

/** When Auth0 ingested the first event that was not collected by a backfill; now without one. */
async function collectionBegan(books: Books, tenant: string, nowMs: number): Promise<number> {
  for await (const { firstLogId = '', isLate } of books.ledger.rows(tenant)) {
    if (!isLate && firstLogId !== '') return ingestedAtMs(firstLogId) ?? nowMs;
  }
  return nowMs;
}

/** Shows how it goes until it is done; the last state that was seen. */
async function waitFor(
  tenant: string,
  local: LocalOption,
  progress: BackfillProgress,
): Promise<Backfill> {
  let last: Backfill | undefined;
  const { isInterrupted } = await watchBooks(local, LOOK_EVERY_MS, async (books) => {
    last = await lookUp(books, tenant);
    progress.show(last);
    return !isUnderWay(last);
  });
  progress.end();
  if (isInterrupted) {
    progress.say('The backfill goes on without this command.');
    process.exitCode = EXIT_INTERRUPTED;
  }
  return last ?? withBooks(local, (books) => lookUp(books, tenant));
}

const timeWords = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
