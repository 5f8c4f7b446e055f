import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { AIM_USD } from '../../bench/cost/assumptions.ts';
import { withFigures } from '../../bench/cost/document.ts';
import { countFacts } from '../../bench/cost/facts.ts';
import { type CostFacts, monthOf } from '../../bench/cost/month.ts';
import { costOf, readPrices, totalOf } from '../../bench/cost/prices.ts';
import { add, type Units } from '../../bench/cost/units.ts';

const DOCUMENT = readFileSync('docs/cost.md', 'utf8');
const KEPT: CostFacts = JSON.parse(readFileSync('bench/cost.json', 'utf8'));
const EFFORTS = [
  'idlePoll',
  'coldStart',
  'signIn',
  'idleDetection',
  'idleCompaction',
  'steadyBatch',
  'fullBatch',
] as const;
/** What rules remember depends on the time of day a little, and so does what it takes to keep it. */
const ABOUT_EFFORTS = [
  'steadyDetection',
  'steadyCompaction',
  'fullDetection',
  'fullCompaction',
] as const;
/** What the messages say: the one thing to do about any of these failures. */
const REMEDY = 'npm run bench:cost writes it anew';
/** Times and ids differ from run to run, and with them what a log line or an archive object takes. */
const BYTES_TOLERANCE = 0.02;
const ABOUT_TOLERANCE = 0.1;

interface Allowed {
  readonly least: number;
  readonly tolerance: number;
}

function expectAbout(now: Units, kept: Units, { least, tolerance }: Allowed): void {
  expect(Object.keys(now), REMEDY).toEqual(Object.keys(kept));
  for (const [name, count] of Object.entries(now)) {
    const difference = Math.abs(count - (kept[name] ?? 0));
    const allowed = Math.max(least, tolerance * count);
    expect(difference, `${name}: ${REMEDY}`).toBeLessThanOrEqual(allowed);
  }
}

let recounted: CostFacts;
/** It synthesises the stacks and runs an hour of the collector. */
const RECOUNT_TIMEOUT_MS = 180_000;
beforeAll(() => {
  recounted = countFacts();
}, RECOUNT_TIMEOUT_MS);

describe('the document of the cost', () => {
  it('says what follows from the counted units and the prices', () => {
    expect(DOCUMENT, REMEDY).toBe(withFigures(DOCUMENT, KEPT, readPrices()));
  });

  it.each(EFFORTS)('counts as many units as are counted now: %s', (effort) => {
    expect(recounted.counted[effort].counted, REMEDY).toEqual(KEPT.counted[effort].counted);
  });

  it.each(EFFORTS)('counts about as many bytes as are counted now: %s', (effort) => {
    const { bytes: now } = recounted.counted[effort];
    expectAbout(now, KEPT.counted[effort].bytes, { least: 20, tolerance: BYTES_TOLERANCE });
  });

  it.each(ABOUT_EFFORTS)('counts about as much as is counted now: %s', (effort) => {
    const { counted, bytes } = recounted.counted[effort];
    const kept = KEPT.counted[effort];
    expectAbout(counted, kept.counted, { least: 1, tolerance: ABOUT_TOLERANCE });
    expectAbout(bytes, kept.bytes, { least: 200, tolerance: ABOUT_TOLERANCE });
  });

  it('keeps to what it aims at', () => {
    const month = monthOf(recounted);
    const cost = (units: Units) => totalOf(readPrices(), units);
    expect(cost(add(month.tenant, month.idle))).toBeLessThan(AIM_USD.idleTenant);
    expect(cost(month.steadyMillion)).toBeLessThan(AIM_USD.millionEvents);
  });

  it('has no custom metric of a tenant with nothing to tell', () => {
    expect(recounted.counted.metrics.idle).toEqual([]);
    expect(recounted.counted.metrics.steady.length).toBeGreaterThan(0);
  });

  it('counts the metrics and the resources that there are now', () => {
    expect(recounted.counted.metrics, REMEDY).toEqual(KEPT.counted.metrics);
    expect(recounted.resources, REMEDY).toEqual(KEPT.resources);
  });

  it('has its prices all in one file', () => {
    const prices = readPrices();
    const counted = Object.values(monthOf(recounted)).flatMap((units) => Object.keys(units));
    expect(counted.filter((unit) => prices[unit] === undefined)).toEqual([]);
    expect(DOCUMENT.split('## What to make of it')[1]).not.toMatch(/\$\d/);
  });
});

describe('the cost of a month', () => {
  const effort = (counted: Record<string, number>) => ({ counted, bytes: {}, measuredMs: {} });
  const facts: CostFacts = {
    resources: {
      shared: { 'AWS::KMS::Key': 1, 'AWS::IAM::Role': 7 },
      tenant: { 'AWS::CloudWatch::Alarm': 8, 'AWS::SecretsManager::Secret': 1 },
    },
    counted: {
      idlePoll: effort({ 'dynamodb-writes': 2 }),
      coldStart: effort({ 'secret-calls': 1 }),
      signIn: effort({ 'dynamodb-writes': 1 }),
      idleDetection: effort({ 'dynamodb-reads': 6 }),
      idleCompaction: effort({ 'dynamodb-reads': 4 }),
      steadyBatch: effort({ 's3-puts': 1 }),
      steadyDetection: effort({ 's3-gets': 1 }),
      steadyCompaction: effort({ 's3-gets': 12 }),
      fullBatch: effort({ 's3-puts': 2 }),
      fullDetection: effort({ 's3-gets': 1 }),
      fullCompaction: effort({ 's3-gets': 3 }),
      metrics: { idle: ['a', 'b'], steady: ['b', 'c'] },
    },
  };

  it('has a poll every five minutes, a batch with each or for each thousand events, and turns', () => {
    const month = monthOf(facts);
    expect(month.idle).toMatchObject({ 'dynamodb-writes': 8_640 * 2 + 30, 'secret-calls': 360 });
    // Detection has a turn every quarter of an hour and with each batch, the lake one an hour.
    expect(month.idle).toMatchObject({ 'dynamodb-reads': 2_880 * 6 + 720 * 4 });
    expect(month.steadyMillion).toMatchObject({ 's3-puts': 8_640, 's3-gets': 8_640 + 720 * 12 });
    expect(month.backlogMillion).toMatchObject({ 's3-puts': 2_000, 's3-gets': 4_000 });
  });

  it('has what costs for being there, and no more', () => {
    const month = monthOf(facts);
    expect(month.shared).toEqual({ 'kms-keys': 1 });
    expect(month.tenant).toEqual({ alarms: 8, secrets: 1, 'custom-metrics': 2 });
    expect(month.collecting).toEqual({ 'custom-metrics': 1 });
  });

  it('is the sum of units times prices', () => {
    const price = { what: 'Things', per: 1_000, isVerified: false, source: 'made up' };
    const prices = { things: { ...price, usd: 5 }, others: { ...price, usd: 0.5 } };
    expect(costOf(prices, 'things', 200)).toBe(1);
    expect(totalOf(prices, { things: 200, others: 1_000, unheardOf: 9 })).toBe(1.5);
    expect(costOf(prices, 'unheardOf', 9)).toBeUndefined();
  });
});
