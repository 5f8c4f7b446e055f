import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { withFigures } from '../../bench/cost/document.ts';
import { countFacts } from '../../bench/cost/facts.ts';
import { type CostFacts, monthOf } from '../../bench/cost/month.ts';
import { costOf, readPrices, totalOf } from '../../bench/cost/prices.ts';

const DOCUMENT = readFileSync('docs/cost.md', 'utf8');
const KEPT: CostFacts = JSON.parse(readFileSync('bench/cost.json', 'utf8'));
const EFFORTS = ['idlePoll', 'coldStart', 'signIn', 'steadyBatch', 'fullBatch'] as const;
/** What the messages say: the one thing to do about any of these failures. */
const REMEDY = 'npm run bench:cost writes it anew';
/** Times and ids differ from run to run, and with them what a log line or an archive object takes. */
const BYTES_TOLERANCE = 0.02;

let recounted: CostFacts;
beforeAll(() => {
  recounted = countFacts();
});

describe('the document of the cost', () => {
  it('says what follows from the counted units and the prices', () => {
    expect(DOCUMENT, REMEDY).toBe(withFigures(DOCUMENT, KEPT, readPrices()));
  });

  it.each(EFFORTS)('counts as many units as are counted now: %s', (effort) => {
    expect(recounted.counted[effort].counted, REMEDY).toEqual(KEPT.counted[effort].counted);
  });

  it.each(EFFORTS)('counts about as many bytes as are counted now: %s', (effort) => {
    const { bytes: now } = recounted.counted[effort];
    const { bytes: kept } = KEPT.counted[effort];
    expect(Object.keys(now), REMEDY).toEqual(Object.keys(kept));
    for (const [name, count] of Object.entries(now)) {
      const difference = Math.abs(count - (kept[name] ?? 0));
      const allowed = Math.max(20, BYTES_TOLERANCE * count);
      expect(difference, `${name}: ${REMEDY}`).toBeLessThanOrEqual(allowed);
    }
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
      steadyBatch: effort({ 's3-puts': 1 }),
      fullBatch: effort({ 's3-puts': 2 }),
      metrics: { poller: ['a', 'b'], ingest: ['c'] },
    },
  };

  it('has a poll every five minutes, and a batch with each of them or for each thousand events', () => {
    const month = monthOf(facts);
    expect(month.idle).toMatchObject({ 'dynamodb-writes': 8_640 * 2 + 30, 'secret-calls': 360 });
    expect(month.steadyMillion).toMatchObject({ 's3-puts': 8_640 });
    expect(month.backlogMillion).toMatchObject({ 's3-puts': 2_000 });
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
