import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { DAYS_A_MONTH, EVENTS_OF_A_MONTH } from '../bench/cost/assumptions.ts';
import { type CostFacts, type Month, monthOf } from '../bench/cost/month.ts';
import { type Prices, readPrices, totalOf } from '../bench/cost/prices.ts';
import { ingestedAtMs } from '../lambda/auth0/log-id.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { eventsSince } from './ledger-window.ts';
import { plainTable } from './plain-table.ts';
import { printableJson } from './printable.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly json?: true;
}

/** What a tenant costs in a month at the pace of the last days, in US dollars. */
export interface TenantCost {
  readonly tenant: string;
  readonly eventsPerMonth: number;
  /** Its stack and its polls, whether it has events or not. */
  readonly beingThereUsd: number;
  readonly eventsUsd: number;
}

interface Cost {
  /** What all tenants share. */
  readonly sharedUsd: number;
  readonly tenants: readonly TenantCost[];
  readonly totalUsd: number;
  readonly unverifiedPrices: number;
  readonly prices: number;
}

const FACTS_FILE = 'bench/cost.json';
const DAYS_LOOKED_AT = 7;
const DAY_MS = 24 * 3600_000;

const COLUMNS = [
  { title: 'TENANT', widthMin: 6, widthMax: 32 },
  { title: 'EVENTS A MONTH', widthMin: 14, widthMax: 16 },
  { title: 'BEING THERE', widthMin: 11, widthMax: 12 },
  { title: 'EVENTS', widthMin: 8, widthMax: 12 },
  { title: 'TOGETHER', widthMin: 8, widthMax: 12 },
] as const;

const HELP = `
US dollars at list prices, without free tiers, with the events of the last ${DAYS_LOOKED_AT} days.
docs/cost.md says how the units were counted and which prices were verified; the prices are in
bench/prices.json.

  collector cost
  collector cost --local       what the events of the data folder would cost on AWS
  collector cost --json | jq .totalUsd`;

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .description('Says what the deployment costs in a month, by the events of the last days.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant, and what all of them share')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(({ local, tenant, json }: Options) =>
      withBooks(local, async (books) => {
        const cost = await readCost(books, tenant, Date.now());
        const text = json ? `${printableJson(JSON.stringify(cost))}\n` : showCost(cost);
        process.stdout.write(text);
      }),
    );
}

async function readCost(books: Books, only: string | undefined, nowMs: number): Promise<Cost> {
  const prices = readPrices();
  const month = monthOf(JSON.parse(readFileSync(FACTS_FILE, 'utf8')) as CostFacts);
  const tenants: TenantCost[] = [];
  for (const tenant of await books.tenants(only)) {
    tenants.push(costOfTenant(tenant, await eventsPerMonth(books, tenant, nowMs), month, prices));
  }
  const sharedUsd = totalOf(prices, month.shared);
  const all = Object.values(prices);
  return {
    sharedUsd,
    tenants,
    totalUsd: tenants.reduce((sum, tenant) => sum + togetherUsd(tenant), sharedUsd),
    unverifiedPrices: all.filter(({ isVerified }) => !isVerified).length,
    prices: all.length,
  };
}

/** A tenant of so many events a month, evenly: each batch costs as one of a million a month does. */
export function costOfTenant(
  tenant: string,
  eventsPerMonth: number,
  month: Month,
  prices: Prices,
): TenantCost {
  const millions = eventsPerMonth / EVENTS_OF_A_MONTH;
  const collecting = eventsPerMonth > 0 ? totalOf(prices, month.collecting) : 0;
  return {
    tenant,
    eventsPerMonth: Math.round(eventsPerMonth),
    beingThereUsd: totalOf(prices, month.tenant) + totalOf(prices, month.idle),
    eventsUsd: collecting + millions * totalOf(prices, month.steadyMillion),
  };
}

/** At the pace of the last days, or of as many as the collection is old; of one day at least. */
async function eventsPerMonth(books: Books, tenant: string, nowMs: number): Promise<number> {
  const headSeq = (await books.checkpoint(tenant))?.head.seq ?? 0;
  const sinceMs = nowMs - DAYS_LOOKED_AT * DAY_MS;
  const [events = 0] = await eventsSince(books.ledger, tenant, headSeq, [sinceMs]);
  const firstLogId = (await books.ledger.row(tenant, 1))?.firstLogId ?? '';
  const firstMs = Math.max(ingestedAtMs(firstLogId) ?? sinceMs, sinceMs);
  const days = Math.max(1, (nowMs - firstMs) / DAY_MS);
  return (events / days) * DAYS_A_MONTH;
}

function showCost({ sharedUsd, tenants, totalUsd, unverifiedPrices, prices }: Cost): string {
  const rows = tenants.map((tenant) => [
    tenant.tenant,
    tenant.eventsPerMonth.toLocaleString('en-US'),
    dollars(tenant.beingThereUsd),
    dollars(tenant.eventsUsd),
    dollars(togetherUsd(tenant)),
  ]);
  return `${plainTable(COLUMNS, rows, terminalWidth())}shared by all tenants: ${dollars(sharedUsd)}
a month of all of it: ${dollars(totalUsd)} at list prices, ${unverifiedPrices} of ${prices} not verified (docs/cost.md)
`;
}

const togetherUsd = ({ beingThereUsd, eventsUsd }: TenantCost): number => beingThereUsd + eventsUsd;

const dollars = (usd: number): string =>
  usd > 0 && usd < 0.01 ? 'under $0.01' : `$${usd.toFixed(2)}`;
