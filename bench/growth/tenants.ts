import { readFileSync } from 'node:fs';
import { POLLER, POLLER_ALLOCATOR } from '../../lambda/platform/names.ts';
import { type CostFacts, type Month, monthOf } from '../cost/month.ts';
import { type Prices, readPrices, totalOf } from '../cost/prices.ts';
import { add } from '../cost/units.ts';
import { figure } from '../figure.ts';
import type { CellQuestion, Round } from '../source/cell.ts';
import { Helper } from '../source/helper.ts';
import { lambdaFlags } from '../source/memory.ts';
import type { TenantsResult } from './results.ts';

const TENANTS = [1, 3, 10, 30, 100, 200];
const EVENTS_EACH = 2_000;
/** Few tenants have their backlog more than once, until there is enough of it to be measured. */
const EVENTS_MIN = 40_000;
/** Of all tenants together, before anything is measured: by then everything is compiled. */
const WARM_UP_EVENTS = 40_000;
/** Written by `npm run bench:cost`. */
const COST_FACTS = 'bench/cost.json';

/**
 * What growing numbers of tenants take whose pollers all start at once, each with a backlog. They
 * share one process with the heap of one Lambda, and so a CPU; on AWS each has its own.
 *
 * @param script the bundled cell
 */
export async function measureTenants(script: string): Promise<readonly TenantsResult[]> {
  const facts: CostFacts = JSON.parse(readFileSync(COST_FACTS, 'utf8'));
  const [month, prices] = [monthOf(facts), readPrices()];
  const results: TenantsResult[] = [];
  for (const tenants of TENANTS) {
    process.stderr.write(`${figure(tenants)} tenants ...\n`);
    const idleUsdAMonth = idleUsd(month, prices, tenants);
    results.push({ ...(await measureTogether(script, tenants)), idleUsdAMonth });
  }
  return results;
}

/** What a month without events costs, in US dollars. */
export function idleUsd({ shared, tenant, idle }: Month, prices: Prices, tenants: number): number {
  return totalOf(prices, shared) + tenants * totalOf(prices, add(tenant, idle));
}

async function measureTogether(
  script: string,
  tenants: number,
): Promise<Omit<TenantsResult, 'idleUsdAMonth'>> {
  const flags = lambdaFlags(POLLER.memoryMb);
  const cell = await Helper.start<CellQuestion>(script, [String(tenants)], flags, POLLER_ALLOCATOR);
  try {
    await cell.ask<Round>({ backlog: Math.ceil(WARM_UP_EVENTS / tenants) });
    const rounds: Round[] = [];
    for (let events = 0; events < EVENTS_MIN; events += tenants * EVENTS_EACH) {
      rounds.push(await cell.ask<Round>({ backlog: EVENTS_EACH }));
    }
    const sum = (of: (round: Round) => number) => rounds.reduce((all, round) => all + of(round), 0);
    return {
      tenants,
      eventsEach: EVENTS_EACH,
      eventsPerSecond: sum(({ events }) => events) / sum(({ seconds }) => seconds),
      rssPeakMb: Math.max(...rounds.map(({ rssPeakMb }) => rssPeakMb)),
      requests: rounds.at(-1)?.requests ?? {},
    };
  } finally {
    await cell.stop();
  }
}
