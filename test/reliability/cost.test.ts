import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH_LIMITS } from '../../lambda/collect/read-batch.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { Outside } from './outside.ts';
import { World } from './world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const WRITES = ['PutItemCommand', 'UpdateItemCommand'];
const written = ({ calls }: Outside): number =>
  calls.filter((name) => WRITES.includes(name)).length;
const sent = ({ calls }: Outside): number =>
  calls.filter((name) => name === 'SendMessageCommand').length;

// What the guarantee costs is a count of calls, so here calls are counted.
describe('the guarantee', () => {
  it('costs three writes and one message per 1,000 events of 2 KB while catching up', async () => {
    const batches = 4;
    const world = await World.create(aws, { events: 0, pageEventsMax: 100 });
    world.addEvents(batches * BATCH_LIMITS.events, (index) => ({
      padding: `${index}`.repeat(450),
    }));
    const polling = new Outside();
    const { batches: made } = await world.poll({
      outside: polling,
      parts: () => ({ limits: BATCH_LIMITS }),
    });
    const ingesting = new Outside();
    for (const message of await world.receive()) await world.ingest(message, ingesting);
    await world.end();
    expect(made).toBe(batches);
    expect(sent(polling)).toBe(batches);
    // One write more for keeping the token, one for the end of the poll.
    expect(written(polling) + written(ingesting)).toBeLessThanOrEqual(3 * batches + 2);
  });

  it('costs one write and one request per idle poll', async () => {
    const world = await World.create(aws, { events: 30 });
    await world.settle();
    const idle = new Outside();
    await world.poll({ outside: idle });
    await world.end();
    expect(written(idle)).toBe(1);
    expect(idle.calls.filter((name) => name.startsWith('GET '))).toEqual(['GET /api/v2/logs']);
    expect(idle.calls).not.toContain('POST /oauth/token');
  });
});
