import type { Command } from 'commander';
import { hoursToLoss } from '../lambda/collect/retention.ts';
import { tenantState } from '../lambda/collect/tenant-state.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { readQueueDepths } from './checks/queue-depths.ts';
import { eventsSince } from './ledger-window.ts';
import { printableJson } from './printable.ts';
import { terminalWidth } from './standard-output.ts';
import { type Status, type StatusOfTenant, showStatus } from './status-output.ts';
import { tenantSettings } from './tenant-settings.ts';
import { watchBooks } from './watch.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly watch?: true;
  readonly json?: true;
}

const EXIT_FINDING = 1;
const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_EVERY_MS = 5_000;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

const HELP = `
Exit code 0: no tenant is red; 1: at least one is; 2: wrong usage.

  collector status                        the deployment, with AWS_PROFILE and AWS_REGION
  collector status --local --watch        the run of npm start, until Ctrl-C
  collector status --json | jq '.tenants[] | select(.colour == "red") | .remedy'`;

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('Says how the tenants are doing: green, amber or red, and why.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .option('--watch', 'look again every few seconds, until Ctrl-C')
    .option('--json', 'one JSON object; with --watch one a line')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      endWhenReaderLeaves();
      if (options.watch) await watchBooks(options.local, LOOK_EVERY_MS, showAgain(options));
      else await withBooks(options.local, (books) => show(books, options));
    });
}

const showAgain = (options: Options) => async (books: Books) => {
  await show(books, options, process.stdout.isTTY && !options.json ? CLEAR_SCREEN : '');
  return false;
};

async function show(books: Books, options: Options, before: string = ''): Promise<void> {
  const status = await readStatus(books, options, Date.now());
  const text = options.json
    ? `${printableJson(JSON.stringify(status))}\n`
    : showStatus(status, terminalWidth());
  process.stdout.write(`${before}${text}`);
  const isRed = status.tenants.some(({ colour }) => colour === 'red');
  process.exitCode = isRed ? EXIT_FINDING : 0;
}

async function readStatus(
  books: Books,
  { local, tenant }: Options,
  nowMs: number,
): Promise<Status> {
  const tenants: StatusOfTenant[] = [];
  for (const name of await books.tenants(tenant)) {
    tenants.push(await readTenant(books, local, name, nowMs));
  }
  return { tenants, queue: await readQueueDepths(books.sqs, await books.queueUrl()) };
}

async function readTenant(
  books: Books,
  local: LocalOption,
  tenant: string,
  nowMs: number,
): Promise<StatusOfTenant> {
  const [checkpoint, gaps, settings] = await Promise.all([
    books.checkpoint(tenant),
    books.gaps.list(tenant),
    tenantSettings(local, tenant),
  ]);
  const { plan, ...ticks } = settings;
  const facts = { checkpoint, gaps, ...ticks, retentionDays: plan?.retentionDays };
  const { status, collectedUntil, head } = checkpoint ?? {};
  const [eventsLastHour = 0, eventsLastDay = 0] = await eventsSince(
    books.ledger,
    tenant,
    head?.seq ?? 0,
    [nowMs - HOUR_MS, nowMs - DAY_MS],
  );
  return {
    tenant,
    ...tenantState(facts, nowMs),
    lastPollAt: status?.lastPollAt,
    eventsLastHour,
    eventsLastDay,
    lagSeconds:
      collectedUntil === undefined
        ? undefined
        : Math.max(0, Math.round((nowMs - Date.parse(collectedUntil)) / 1000)),
    hoursToLoss: plan && hoursToLoss(collectedUntil, plan, nowMs),
    rateShareUsed: status?.rateShareUsed,
    incidents: await books.incidents.count(tenant, nowMs - DAY_MS),
  };
}
