import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readPointer } from '../../../lambda/queue/envelope.ts';
import {
  assertComplete,
  assertState,
  awsError,
  checkpointOf,
  Failing,
  LEASE_OVER_MS,
  type Scenario,
  scenario,
} from './scenario.ts';

const EVENTS = 55;

const queueDown = scenario(
  'a queue that refuses for three polls',
  { events: EVENTS },
  async (world) => {
    for (let poll = 0; poll < 3; poll += 1) {
      const failure = awsError('ServiceUnavailable');
      const outside = new Failing(failure, { call: 'SendMessageCommand', times: 9 });
      equal((await world.poll({ outside })).stopReason, 'failed');
      await assertState(world, 'degraded', 'AWS_CALL');
      equal((await checkpointOf(world)).eventsTotal, 0, 'nothing is committed that was not sent');
      world.clock.skip(LEASE_OVER_MS);
      world.addEvents(7);
    }
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const queueStumbles = scenario(
  'a queue that refuses the second batch',
  { events: EVENTS },
  async (world) => {
    const failure = awsError('RequestThrottled');
    const outside = new Failing(failure, { call: 'SendMessageCommand', skip: 1 });
    equal((await world.poll({ outside })).stopReason, 'failed');
    await world.ingestAll();
    equal((await world.archived()).length, 21, 'the first batch stands');
    await world.settle();
    await assertComplete(world);
  },
);

const answerLost = scenario(
  'an acknowledgement of the queue that is lost',
  { events: EVENTS },
  async (world) => {
    const outside = new Failing(awsError('TimeoutError'), {
      call: 'SendMessageCommand',
      side: 'after',
    });
    equal((await world.poll({ outside })).stopReason, 'failed');
    // What slips in meanwhile must not change what goes out again.
    world.insertLate(5);
    await world.poll();
    const messages = await world.receive();
    const [first, again] = messages;
    equal(first?.body, again?.body, 'the same batch goes out under the same name');
    const duplicates = [];
    for (const message of messages) duplicates.push((await world.ingest(message)).duplicates);
    deepEqual(duplicates.slice(0, 2), [0, 21]);
    await world.settle();
    await assertComplete(world);
  },
);

const manyLarge = scenario(
  'a batch larger than a message may be',
  { pageEventsMax: 20 },
  async (world) => {
    world.addEvents(19, () => ({ padding: randomBytes(90_000).toString('base64') }));
    await world.poll({ parts: () => ({ limits: { events: 1_000, contentBytes: 1e8 } }) });
    const messages = await world.receive();
    ok(messages.some(({ body }) => readPointer(body) !== undefined));
    for (const message of messages) await world.ingest(message);
    await assertComplete(world);
  },
);

const overflowLost = scenario(
  'a bucket that refuses a large batch',
  { pageEventsMax: 20 },
  async (world) => {
    world.addEvents(19, () => ({ padding: randomBytes(90_000).toString('base64') }));
    const limits = { events: 1_000, contentBytes: 1e8 };
    const outside = new Failing(awsError('InternalError'), { call: 'PutObjectCommand' });
    const { stopReason } = await world.poll({ outside, parts: () => ({ limits }) });
    equal(stopReason, 'failed');
    await assertState(world, 'degraded', 'AWS_CALL');
    await world.settle({ parts: () => ({ limits }) });
    await assertComplete(world);
  },
);

/** What the poller writes to its table, and how many calls of the kind come before it. */
const THROTTLED = [
  ['promising the first batch', 'PutItemCommand', 0],
  ['promising a later batch', 'PutItemCommand', 1],
  ['noting a batch in the ledger', 'UpdateItemCommand', 0],
  ['ending the poll', 'PutItemCommand', 2],
] as const;

const tableThrottled = THROTTLED.map(([what, call, skip]) =>
  scenario(`a table that throttles ${what}`, { events: 1 }, async (world) => {
    await world.settle();
    world.addEvents(30);
    const failure = awsError('ProvisionedThroughputExceededException');
    const outside = new Failing(failure, { call, skip });
    const { stopReason, error } = await world.poll({ outside });
    equal(stopReason, 'failed');
    equal(error?.code, 'AWS_CALL');
    await assertState(world, 'degraded', 'AWS_CALL');
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  }),
);

const tableUnread = scenario(
  'a table that throttles reading',
  { events: EVENTS },
  async (world) => {
    await world.poll();
    const before = await checkpointOf(world);
    world.addEvents(30);
    const failure = awsError('ProvisionedThroughputExceededException');
    const outside = new Failing(failure, { call: 'GetItemCommand' });
    const { stopReason, error } = await world.poll({ outside });
    equal(stopReason, 'failed');
    equal(error?.code, 'AWS_CALL');
    deepEqual(await checkpointOf(world), before, 'what is not known is not overwritten');
    await world.settle();
    await assertComplete(world);
  },
);

const INGEST_FAILURES = [
  ['a bucket that answers 500 to ingest', 'PutObjectCommand', 'before'],
  ['a bucket whose answer to ingest is lost', 'PutObjectCommand', 'after'],
  ['a table that throttles ingest', 'UpdateItemCommand', 'before'],
  ['a table whose answer to ingest is lost', 'UpdateItemCommand', 'after'],
] as const;

const ingestFails = INGEST_FAILURES.map(([name, call, side]) =>
  scenario(name, { events: EVENTS }, async (world) => {
    await world.poll();
    for (const message of await world.receive()) {
      const outside = new Failing(awsError('InternalError'), { call, side });
      const failure = await world.ingest(message, outside).catch(({ code }) => code);
      equal(failure, 'AWS_CALL');
      await world.ingest(message);
    }
    await assertComplete(world);
  }),
);

export const STORES: readonly Scenario[] = [
  queueDown,
  queueStumbles,
  answerLost,
  manyLarge,
  overflowLost,
  ...tableThrottled,
  tableUnread,
  ...ingestFails,
];
