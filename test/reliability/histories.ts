import fc from 'fast-check';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import type { Fault } from '../../local/tenant/faults.ts';
import { wrongWith } from './crash-walk.ts';
import { Outside } from './outside.ts';
import { type Message, World } from './world.ts';

/** One thing that happens to a tenant and its collector. */
export type Happening =
  | { readonly kind: 'events'; readonly count: number }
  | { readonly kind: 'late'; readonly place: number }
  | { readonly kind: 'poll'; readonly fault: Fault | undefined }
  | { readonly kind: 'overlapping polls' }
  | { readonly kind: 'stopped poll'; readonly call: number; readonly side: 'before' | 'after' }
  | { readonly kind: 'failing poll'; readonly call: number; readonly side: 'before' | 'after' }
  | { readonly kind: 'short poll'; readonly deadlineInMs: number }
  | { readonly kind: 'delivery'; readonly order: number; readonly isTwice: boolean }
  | { readonly kind: 'stopped ingest'; readonly call: number; readonly side: 'before' | 'after' }
  | { readonly kind: 'time'; readonly minutes: number };

const side = fc.constantFrom('before', 'after');
const ACTIONS: readonly Fault['action'][] = [
  { do: 'status', status: 429, headers: { 'retry-after': '2' } },
  { do: 'status', status: 429 },
  { do: 'status', status: 500, body: '<html>no</html>' },
  { do: 'status', status: 401, body: '{"message":"Invalid token"}' },
  { do: 'status', status: 400, body: '{"message":"invalid from"}' },
  { do: 'truncate', bytes: 70 },
  { do: 'reset' },
  { do: 'repeat-page' },
  { do: 'link', value: '' },
  { do: 'link', value: '<https://example.com/api/v2/logs?from=1>; rel="next"' },
  { do: 'body', body: '<html>200</html>' },
  { do: 'expire-tokens' },
];

const fault: fc.Arbitrary<Fault> = fc.record({
  endpoint: fc.constant('logs' as const),
  times: fc.integer({ min: 1, max: 8 }),
  action: fc.constantFrom(...ACTIONS),
});

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('events'), count: fc.integer({ min: 1, max: 45 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late'), place: fc.nat(1_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('poll'),
      fault: fc.option(fault, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('overlapping polls') }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('stopped poll'), call: fc.nat(40), side }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('failing poll'), call: fc.nat(40), side }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('short poll'), deadlineInMs: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('delivery'), order: fc.nat(), isTwice: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('stopped ingest'), call: fc.nat(3), side }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('time'),
      minutes: fc.integer({ min: 1, max: 2_000 }),
    }),
  },
) as fc.Arbitrary<Happening>;

const SETTLED_MS = 20 * 60_000;

/**
 * Lets everything happen, then quiet return, and says what is wrong with the archive, if anything.
 * Late events come out by the audit, so it runs over everything in the end.
 */
export async function live(
  aws: EmbeddedAws,
  happenings: readonly Happening[],
): Promise<string | undefined> {
  const world = await World.create(aws, { events: 30, auditMode: 'all' });
  const waiting: Message[] = [];
  try {
    for (const one of happenings) {
      await happen(world, waiting, one);
      waiting.push(...(await world.receive()));
    }
    world.simulated.faults.clear();
    for (const message of waiting) await world.ingest(message);
    // Twice, since the audit looks at what the first round delivers as well.
    for (let round = 0; round < 2; round += 1) {
      world.clock.skip(SETTLED_MS);
      await world.settle();
    }
    return await wrongWith(world);
  } finally {
    await world.end();
  }
}

async function happen(world: World, waiting: Message[], one: Happening): Promise<void> {
  switch (one.kind) {
    case 'events':
      world.addEvents(one.count);
      return;
    case 'late':
      await insertLate(world, one.place);
      return;
    case 'poll':
      if (one.fault !== undefined) world.simulated.faults.add([one.fault]);
      await world.poll();
      return;
    case 'overlapping polls':
      await Promise.all([world.poll(), world.poll()]);
      return;
    case 'stopped poll':
      await world.poll({ outside: new Outside(one) });
      return;
    case 'failing poll':
      await world.poll({ outside: new Outside({ ...one, isFailureOnly: true }) });
      return;
    case 'short poll':
      await world.poll({ deadlineInMs: one.deadlineInMs });
      return;
    case 'delivery':
      for (const message of taken(waiting, one.order, one.isTwice)) await world.ingest(message);
      return;
    case 'stopped ingest':
      for (const message of waiting.slice(0, 1)) {
        await world.ingest(message, new Outside(one)).catch(() => undefined);
      }
      return;
    case 'time':
      world.clock.skip(one.minutes * 60_000);
      return;
  }
}

/** Puts an event into a range that the audit has still before it; what comes later is never seen. */
async function insertLate(world: World, place: number): Promise<void> {
  const audited = await world.auditedUpTo();
  const first = world.held().findIndex((json) => JSON.parse(json).log_id > audited);
  const places = world.held().length - 1 - first;
  if (first >= 0 && places > 0) world.insertLate(first + (place % places));
}

/** Takes some messages in an order of their own; one that comes twice stays in the queue. */
function taken(waiting: Message[], order: number, isTwice: boolean): Message[] {
  const some = waiting.filter((_, index) => (order >> (index % 16)) % 2 === 0).reverse();
  if (isTwice) return [...some, ...some];
  for (const message of some) waiting.splice(waiting.indexOf(message), 1);
  return some;
}
