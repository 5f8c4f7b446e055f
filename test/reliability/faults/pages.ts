import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../../../local/tenant/faults.ts';
import type { World } from '../world.ts';
import {
  assertArchived,
  assertComplete,
  assertState,
  logIdOf,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;

/** Serves these events instead, with a link behind the last of them. */
function serve(world: World, requests: readonly number[], page: readonly string[]): void {
  const linkValue = nextLink(world, logIdOf(page.at(-1)));
  const body: Fault['action'] = { do: 'body', body: `[${page.join()}]` };
  for (const request of requests) {
    world.simulated.faults.add([
      striking(request, body),
      striking(request, { do: 'link', value: linkValue }),
    ]);
  }
}

const nextLink = (world: World, from: string): string =>
  `<http://${world.simulated.host}/api/v2/logs?from=${from}&take=100>; rel="next"`;

const repeatedOnce = scenario(
  'a page that repeats the one before',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add([striking(3, { do: 'repeat-page' })]);
    equal((await world.settle()).stopReason, 'caught-up');
    await assertComplete(world);
  },
);

const repeatedTwice = scenario(
  'a page that repeats the one before, twice',
  { events: EVENTS },
  async (world) => {
    serve(world, [3, 4], world.held().slice(1, 11));
    equal((await world.settle()).stopReason, 'caught-up');
    await assertComplete(world);
  },
);

const repeatedAlways = scenario(
  'a page that comes again and again for one poll',
  { events: EVENTS },
  async (world) => {
    const requests = Array.from({ length: 40 }, (_, index) => index + 3);
    serve(world, requests, world.held().slice(1, 11));
    const { stopReason } = await world.poll();
    world.simulated.faults.clear();
    equal(stopReason, 'failed', 'the end is not reached only because nothing new comes');
    await assertState(world, 'degraded', 'AUTH0_REPEATED_PAGE');
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const overlapping = scenario(
  'a page that overlaps the one before',
  { events: EVENTS },
  async (world) => {
    serve(world, [3], world.held().slice(6, 16));
    const { duplicates, fetched } = await world.settle();
    deepEqual([duplicates, fetched], [5, EVENTS]);
    await assertComplete(world);
  },
);

const elsewhere = scenario('a next link to another host', { events: EVENTS }, async (world) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const value = `<http://127.0.0.1:${port}/api/v2/logs?from=1>; rel="next"`;
  world.simulated.faults.add([{ endpoint: 'logs', every: 1, action: { do: 'link', value } }]);
  await world.settle();
  await new Promise((resolve) => server.close(resolve));
  deepEqual(asked, [], 'the token stays where it belongs');
  ok(world.warnings.some((warning) => warning.includes(`127.0.0.1:${port}`)));
  await assertComplete(world);
});

const ODD_LINKS: readonly (readonly [string, string, RegExp | undefined])[] = [
  ['without a next link', '', undefined],
  ['with a next link that is none', '<<>>;;; rel=next"', undefined],
  ['with a next link that is no URL', '<http://[>; rel="next"', /not a URL/],
  ['with a next link without a place', '</api/v2/logs?take=100>; rel="next"', /from/],
  ['with a next link to another path', '</api/v2/users?from=1>; rel="next"', /path/],
];

const oddLinks = ODD_LINKS.map(([what, value, warning]) =>
  scenario(`pages ${what}`, { events: EVENTS }, async (world) => {
    world.simulated.faults.add([{ endpoint: 'logs', every: 1, action: { do: 'link', value } }]);
    await world.settle();
    if (warning === undefined) deepEqual(world.warnings, []);
    else ok(world.warnings.some((said) => warning.test(said)));
    await assertState(world, 'healthy');
    await assertComplete(world);
  }),
);

const backLinks = [
  ['to the beginning', (world: World) => logIdOf(world.held()[0])],
  ['to where only the server knows', () => 'opaque'],
] as const;

/** More events than are remembered from poll to poll, so that nothing but the cursor counts. */
const backwards = backLinks.map(([where, from]) =>
  scenario(
    `a next link that leads back ${where}, before a failure`,
    { events: 230 },
    async (world) => {
      world.simulated.faults.add([
        striking(21, { do: 'link', value: nextLink(world, from(world)) }),
        ...strikingAll(22, 27, status(503)),
      ]);
      equal((await world.poll()).stopReason, 'failed');
      await world.ingestAll();
      await world.settle();
      await assertState(world, 'healthy');
      await assertComplete(world);
    },
  ),
);

const huge = scenario('an event of 3 MB', { events: 12 }, async (world) => {
  world.addEvents(1, () => ({ padding: randomBytes(2_250_000).toString('base64') }));
  world.addEvents(12);
  await world.settle();
  await assertComplete(world);
});

const sameId = scenario('two events with one id in a page', { events: EVENTS }, async (world) => {
  const page = world.held().slice(1, 11);
  const again = (page[4] ?? '').replace('"type":"s"', '"type":"f"');
  serve(world, [2], [...page.slice(0, 5), again, ...page.slice(5)]);
  const { duplicates } = await world.settle();
  equal(duplicates, 1);
  await assertComplete(world);
});

/** An id of another layout, which is behind or before all others as its length says. */
function addWithId(world: World, logId: string): void {
  const { dateMs, ingestedMs } = world.makeEvent(world.clock.nowMs());
  const text = { date: new Date(dateMs).toISOString(), type: 's', log_id: logId };
  world.append({ logId, dateMs, ingestedMs, json: Buffer.from(JSON.stringify(text)) });
}

const ids = (count: number, form: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => form(index));

const newFormats = scenario(
  'ids whose form changes in the middle',
  { auditMode: 'all' },
  async (world) => {
    for (const logId of ids(23, (index) => `70${100 + index}`)) addWithId(world, logId);
    world.addEvents(27);
    await world.poll();
    for (const logId of ids(33, (index) => `90b-${'f'.repeat(60)}-${100 + index}`)) {
      addWithId(world, logId);
    }
    await world.settle();
    for (const logId of ids(14, (index) => `${'z'.repeat(90)}~${100 + index}`)) {
      addWithId(world, logId);
    }
    await world.settle();
    world.clock.skip(20 * 60_000);
    equal((await world.settle()).late, 0);
    await assertComplete(world);
  },
);

const shorterIds = scenario('ids that become shorter', { events: EVENTS }, async (world) => {
  await world.settle();
  const before = world.held();
  const short = ids(4, (index) => JSON.stringify({ type: 's', log_id: `x${index}` }));
  const { logs } = world.simulated.faults.requests;
  serve(world, [logs + 1], short);
  const { duplicates, fetched } = await world.settle();
  // The simulated tenant has all other ids behind these, so it serves everything again.
  deepEqual([duplicates, fetched], [EVENTS, short.length]);
  await assertArchived(world, [...before, ...short]);
});

function addDamaged(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const { dateMs, ingestedMs } = world.makeEvent(world.clock.nowMs());
    const json = Buffer.from(`{"type":"s","damaged":${index}}`);
    world.append({ logId: undefined, dateMs, ingestedMs, json });
  }
}

const damagedMidway = scenario('a run of damaged events', { events: EVENTS }, async (world) => {
  addDamaged(world, 25);
  world.addEvents(EVENTS);
  const { rejected, fetched } = await world.settle();
  deepEqual([rejected, fetched], [25, 2 * EVENTS]);
  await assertState(world, 'healthy');
  await assertArchived(
    world,
    world.held().filter((json) => !json.includes('damaged')),
  );
});

/** Serves a page in which nothing can be read in place of the right one; its link stays. */
function serveDamaged(world: World, request: number, count: number): void {
  const page = ids(count, (index) => `{"type":"s","damaged":${index}}`);
  world.simulated.faults.add([striking(request, { do: 'body', body: `[${page.join()}]` })]);
}

const damagedPage = scenario(
  'a page of nothing but damaged events in the middle of a run',
  { events: EVENTS },
  async (world) => {
    serveDamaged(world, 3, 10);
    const { rejected } = await world.settle();
    equal(rejected, 10);
    await assertState(world, 'healthy');
    const inItsPlace = world.held().slice(11, 21);
    await assertArchived(
      world,
      world.held().filter((json) => !inItsPlace.includes(json)),
    );
  },
);

const damagedEnd = scenario(
  'a page of nothing but damaged events at the end',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    const { logs } = world.simulated.faults.requests;
    serveDamaged(world, logs + 1, 7);
    equal((await world.poll()).rejected, 7);
    const [message, ...more] = await world.receive();
    ok(message && more.length === 0);
    equal((await world.ingest(message)).quarantined, 7);
    world.addEvents(EVENTS);
    const { rejected, fetched } = await world.settle();
    deepEqual([rejected, fetched], [0, EVENTS]);
    await assertComplete(world);
  },
);

export const PAGES: readonly Scenario[] = [
  repeatedOnce,
  repeatedTwice,
  repeatedAlways,
  overlapping,
  elsewhere,
  ...oddLinks,
  ...backwards,
  huge,
  sameId,
  newFormats,
  shorterIds,
  damagedMidway,
  damagedPage,
  damagedEnd,
];
