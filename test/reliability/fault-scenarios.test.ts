import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { SCENARIOS } from './fault-scenarios.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

describe('collection ends complete after', () => {
  it.each(SCENARIOS)('$name', async ({ run }) => {
    // The assertions are in the scenario, which throws.
    await expect(run(aws)).resolves.toBeUndefined();
  });

  it('scenarios with names of their own', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
