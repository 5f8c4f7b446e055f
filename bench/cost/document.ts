/** The tables of `docs/cost.md`, which stand between two markers. */
import { AIM_USD } from './assumptions.ts';
import { type CostFacts, type Month, monthOf, unknownTypes } from './month.ts';
import { costOf, type Prices, totalOf } from './prices.ts';
import { add, type Units } from './units.ts';

const BEGIN = '<!-- Written by npm run bench:cost -->';
const END = '<!-- End of what npm run bench:cost writes -->';

const PARTS: readonly (readonly [part: keyof Month, heading: string])[] = [
  ['shared', 'shared'],
  ['tenant', 'tenant, being there'],
  ['idle', 'tenant, idle polls and turns'],
  ['collecting', 'tenant, having events'],
  ['steadyMillion', 'a million events, evenly'],
  ['backlogMillion', 'a million events, backlog'],
];

/** An example. */
const SEARCHED_GB = 10;

/** Puts what follows from facts and prices between the markers of the document. */
export function withFigures(document: string, facts: CostFacts, prices: Prices): string {
  const [before, rest = ''] = document.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) {
    throw new Error(`docs/cost.md needs the lines ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n\n${figures(facts, prices)}\n\n${END}${after}`;
}

function figures(facts: CostFacts, prices: Prices): string {
  const month = monthOf(facts);
  const unknown = unknownTypes(facts.resources);
  return [
    summary(month, prices),
    table(month, prices),
    `Not looked at yet: ${unknown.length === 0 ? 'nothing' : unknown.map((type) => `\`${type}\``).join(', ')}.`,
    priceTable(prices),
  ].join('\n\n');
}

function summary(month: Month, prices: Prices): string {
  const idleTenant = add(month.tenant, month.idle);
  const busyTenant = [idleTenant, month.collecting, month.steadyMillion].reduce(add);
  const [name, usd] = largest(busyTenant, prices);
  return [
    '| a month of | US dollars | aim |',
    '|---|---|---|',
    `| what all tenants share | ${dollars(totalOf(prices, month.shared))} | |`,
    `| a tenant that has no events | ${dollars(totalOf(prices, idleTenant))} | under ${dollars(AIM_USD.idleTenant)} |`,
    `| a tenant with a million events | ${dollars(totalOf(prices, busyTenant))} | |`,
    `| a million events: archive, lake, detection | ${dollars(totalOf(prices, month.steadyMillion))} | under ${dollars(AIM_USD.millionEvents)} |`,
    `| the metrics of a tenant with events and incidents in every hour | ${dollars(totalOf(prices, month.collecting))} | |`,
    `| a backlog of a million events, once | ${dollars(totalOf(prices, month.backlogMillion))} | |`,
    '',
    `The largest line of a tenant with a million events: **${name}, ${dollars(usd)}**.`,
    '',
    `A search on Athena costs by what it reads: ${dollars(costOf(prices, 'athena-gb', SEARCHED_GB) ?? 0)} for ${SEARCHED_GB} GB of Parquet.`,
  ].join('\n');
}

function largest(units: Units, prices: Prices): readonly [string, number] {
  const lines = Object.entries(units).map(
    ([unit, count]) => [prices[unit]?.what ?? unit, costOf(prices, unit, count) ?? 0] as const,
  );
  return lines.reduce((most, line) => (line[1] > most[1] ? line : most));
}

function table(month: Month, prices: Prices): string {
  const counted = new Set(PARTS.flatMap(([part]) => Object.keys(month[part])));
  const unpriced = [...counted].filter((unit) => prices[unit] === undefined);
  const cells = (unit: string) =>
    PARTS.map(([part]) => cell(month[part][unit] ?? 0, (count) => costOf(prices, unit, count)));
  const rows = [...Object.keys(prices), ...unpriced].map((unit) => [
    prices[unit]?.what ?? unit,
    ...cells(unit),
  ]);
  const totals = PARTS.map(([part]) => `**${dollars(totalOf(prices, month[part]))}**`);
  return [
    ['in a month', ...PARTS.map(([, heading]) => heading)],
    ['---', ...PARTS.map(() => '---')],
    ...rows,
    ['**together**', ...totals],
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function cell(count: number, cost: (count: number) => number | undefined): string {
  if (count === 0) return '';
  const usd = cost(count);
  return `${amount(count)} · ${usd === undefined ? 'no price yet' : dollars(usd)}`;
}

function priceTable(prices: Prices): string {
  const rows = Object.values(prices).map(
    ({ what, usd, per, isVerified, source }) =>
      `| ${what} | $${usd} per ${amount(per)} | ${isVerified ? 'yes' : 'no'} | ${source} |`,
  );
  return ['| unit | price | verified | where from |', '|---|---|---|---|', ...rows].join('\n');
}

const amount = (count: number): string =>
  count.toLocaleString('en-US', { maximumSignificantDigits: count < 10 ? 2 : 5 });

const dollars = (usd: number): string =>
  usd > 0 && usd < 0.005 ? 'under $0.01' : `$${usd.toFixed(2)}`;
