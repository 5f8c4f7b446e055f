import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { happening, live } from './histories.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const HISTORIES = 40;

describe('whatever happens', () => {
  it('the archive holds what was served, each event once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 9 }), async (happenings) => {
        const wrong = await live(aws, happenings);
        if (wrong !== undefined) throw new Error(wrong);
      }),
      { numRuns: HISTORIES },
    );
  }, 240_000);
});
