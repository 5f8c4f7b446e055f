import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { Outside } from '../reliability/outside.ts';
import { LakeWorld, lakeDiffers } from './lake-world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

type Side = 'before' | 'after';
type Happening =
  | { readonly kind: 'batch' | 'send'; readonly count: number }
  | { readonly kind: 'ingest'; readonly order: number; readonly isTwice: boolean }
  | { readonly kind: 'time'; readonly minutes: number }
  | { readonly kind: 'compact' | 'compact twice at once' }
  | { readonly kind: 'stopped' | 'failing'; readonly call: number; readonly side: Side }
  | { readonly kind: 'damage'; readonly seq: number };

const side = fc.constantFrom('before', 'after');
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('batch'), count: fc.integer({ min: 0, max: 9 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('send'), count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('ingest'), order: fc.nat(), isTwice: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('time'), minutes: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact twice at once') }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('stopped'), call: fc.nat(24), side }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('failing'), call: fc.nat(24), side }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('damage'), seq: fc.integer({ min: 1, max: 9 }) }),
  },
) as fc.Arbitrary<Happening>;

/** Lets everything happen, then quiet return, and says what is wrong with the lake, if anything. */
async function live(happenings: readonly Happening[]): Promise<string | undefined> {
  const world = new LakeWorld(aws);
  const waiting: string[] = [];
  const repairs = new Map<string, Buffer>();
  try {
    for (const one of happenings) await happen(world, waiting, repairs, one);
    for (const message of waiting) await world.ingest(message);
    for (const [key, bytes] of repairs) await world.putObject(key, bytes);
    await world.compact();
    const holes = (await world.compaction())?.holes.length ?? 0;
    return (await lakeDiffers(world)) ?? (holes > 0 ? `${holes} holes` : undefined);
  } finally {
    world.end();
  }
}

async function happen(
  world: LakeWorld,
  waiting: string[],
  repairs: Map<string, Buffer>,
  one: Happening,
): Promise<void> {
  switch (one.kind) {
    case 'batch':
      return world.addBatch(one.count);
    case 'send':
      waiting.push(await world.send(world.makeEvents(one.count)));
      return;
    case 'ingest':
      for (const message of taken(waiting, one.order, one.isTwice)) await world.ingest(message);
      return;
    case 'time':
      return world.clock.skip(one.minutes * 60_000);
    case 'compact':
      await world.compact();
      return;
    case 'compact twice at once':
      await Promise.all([world.compact(), world.compact()]);
      return;
    case 'stopped':
      await world.compact({ outside: new Outside(one) }).catch(() => undefined);
      return;
    case 'failing':
      await world
        .compact({ outside: new Outside({ ...one, isFailureOnly: true }) })
        .catch(() => undefined);
      return;
    case 'damage':
      return damage(world, repairs, one.seq);
  }
}

async function damage(world: LakeWorld, repairs: Map<string, Buffer>, seq: number): Promise<void> {
  const key = await world.archiveKey(seq);
  if (key === '' || repairs.has(key)) return;
  repairs.set(key, await world.readObject(key));
  await world.deleteObject(key);
}

/** Takes some messages in an order of their own; one that comes twice stays in the queue. */
function taken(waiting: string[], order: number, isTwice: boolean): string[] {
  const some = waiting.filter((_, index) => (order >> (index % 16)) % 2 === 0).reverse();
  if (isTwice) return [...some, ...some];
  for (const message of some) waiting.splice(waiting.indexOf(message), 1);
  return some;
}

describe('whatever happens to a tenant and its compactor', () => {
  it('the lake holds what the archive holds, each event once, when quiet returns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 16 }), async (happenings) => {
        expect(await live(happenings)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
