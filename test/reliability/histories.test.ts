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
      {
        numRuns: HISTORIES,
        // What was promised is read again behind a page of another place.
        examples: [
          [
            [
              { kind: 'stopped poll', call: 10, side: 'before' },
              { kind: 'time', minutes: 2 },
              {
                kind: 'poll',
                fault: { endpoint: 'logs', times: 2, action: { do: 'repeat-page' } },
              },
            ],
          ],
          [
            [
              { kind: 'stopped poll', call: 10, side: 'before' },
              {
                kind: 'poll',
                fault: { endpoint: 'logs', times: 2, action: { do: 'repeat-page' } },
              },
              { kind: 'time', minutes: 2 },
              { kind: 'failing poll', call: 8, side: 'before' },
            ],
          ],
        ],
      },
    );
  }, 240_000);
});
