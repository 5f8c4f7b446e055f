import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Units } from './units.ts';

const PRICE = z.strictObject({
  /** What is billed, as the document calls it. */
  what: z.string(),
  usd: z.number().min(0),
  /** So many units cost that much. */
  per: z.int().positive(),
  /** The price was read on a page of who bills it. */
  isVerified: z.boolean(),
  source: z.string().min(1),
});

const PRICES = z.strictObject({
  region: z.string(),
  note: z.string(),
  prices: z.record(z.string(), PRICE),
});

export type Price = z.infer<typeof PRICE>;

/** The prices, by the names of the units. */
export type Prices = Readonly<Record<string, Price>>;

/** Reads the one file that holds prices. */
export function readPrices(): Prices {
  return PRICES.parse(JSON.parse(readFileSync('bench/prices.json', 'utf8'))).prices;
}

/** What so many units cost, in US dollars; undefined when nobody has given their price yet. */
export function costOf(prices: Prices, unit: string, count: number): number | undefined {
  const price = prices[unit];
  return price === undefined ? undefined : (count / price.per) * price.usd;
}

/** What all units with a price cost together, in US dollars. */
export function totalOf(prices: Prices, units: Units): number {
  return Object.entries(units).reduce(
    (sum, [unit, count]) => sum + (costOf(prices, unit, count) ?? 0),
    0,
  );
}
