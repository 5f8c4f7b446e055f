import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monthOf } from '../../bench/cost/month.ts';
import { readPrices, totalOf } from '../../bench/cost/prices.ts';
import { costOfTenant } from '../../cli/cost.ts';
import { runCommand } from '../e2e/command.ts';
import { startWrittenBooks, type WrittenBooks } from './written-books.ts';

const HOUR_MS = 3600_000;
const EVENTS_A_DAY = 500;

const prices = readPrices();
const month = monthOf(JSON.parse(readFileSync('bench/cost.json', 'utf8')));

let books: WrittenBooks;
beforeAll(async () => {
  books = await startWrittenBooks();
  for (const days of [9, 5, 4, 3, 2, 1]) {
    const sentMs = Date.now() - days * 24 * HOUR_MS + HOUR_MS;
    const ingestedMs = sentMs - 1_000;
    const events = Array.from({ length: EVENTS_A_DAY }, () => ({ ingestedMs }));
    await books.addBatch('acme', events, sentMs);
  }
  await books.changeCheckpoint('idle', (before) => before);
});
afterAll(() => books.stop());

const cost = (...args: string[]) =>
  runCommand('cli/collector.ts', ['cost', '--local', books.path, ...args]);

describe('collector cost', () => {
  it('reckons a month from the events of the last seven days', async () => {
    const { code, stdout } = await cost('--json');
    expect(code).toBe(0);
    const { tenants, sharedUsd, totalUsd } = JSON.parse(stdout);
    const eventsPerMonth = Math.round((5 * EVENTS_A_DAY * 30) / 7);
    expect(tenants).toMatchObject([
      { tenant: 'acme', eventsPerMonth },
      { tenant: 'idle', eventsPerMonth: 0, eventsUsd: 0 },
    ]);
    const sum = [...tenants].reduce(
      (usd, { beingThereUsd, eventsUsd }) => usd + beingThereUsd + eventsUsd,
      sharedUsd,
    );
    expect(totalUsd).toBeCloseTo(sum, 9);
  });

  it('shows it as a table', async () => {
    const { stdout } = await cost();
    const usd = (value: number) => `$${value.toFixed(2)}`;
    const idle = costOfTenant('idle', 0, month, prices);
    const acme = costOfTenant('acme', (5 * EVENTS_A_DAY * 30) / 7, month, prices);
    const shared = totalOf(prices, month.shared);
    const total = shared + idle.beingThereUsd + acme.beingThereUsd + acme.eventsUsd;
    expect(stdout).toBe(`\
TENANT  EVENTS A MONTH  BEING THERE  EVENTS  TOGETHER
acme    10,714          ${usd(acme.beingThereUsd)}        ${usd(acme.eventsUsd)}   ${usd(acme.beingThereUsd + acme.eventsUsd)}
idle    0               ${usd(idle.beingThereUsd)}        $0.00   ${usd(idle.beingThereUsd)}
shared by all tenants: ${usd(shared)}
a month of all of it: ${usd(total)} at list prices, ${Object.values(prices).filter(({ isVerified }) => !isVerified).length} of ${Object.keys(prices).length} not verified (docs/cost.md)
`);
  });

  it('comes to the figures of docs/cost.md', () => {
    const document = readFileSync('docs/cost.md', 'utf8');
    const figure = (what: string) =>
      new RegExp(`^\\| ${what} \\| (\\$[\\d.]+) \\|`, 'm').exec(document)?.[1];
    const together = (events: number) => {
      const { beingThereUsd, eventsUsd } = costOfTenant('acme', events, month, prices);
      return `$${(beingThereUsd + eventsUsd).toFixed(2)}`;
    };
    expect(together(1_000_000)).toBe(figure('a tenant with a million events'));
    expect(together(0)).toBe(figure('a tenant that has no events'));
  });

  it.each([
    [['--tenant', 'other'], 'There is no tenant "other" here (there is: acme, idle)\n'],
    [['--days', '5'], "unknown option '--days'"],
    [['acme'], 'too many arguments'],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await cost(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});
