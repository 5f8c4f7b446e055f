import { deepEqual, equal, ok } from 'node:assert/strict';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ENV, SECRET_PLACEHOLDER, TABLE } from '../../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import { putTenantSecret } from '../../../local/tenant-secret.ts';
import { Outside } from '../outside.ts';
import { World } from '../world.ts';
import {
  assertComplete,
  assertState,
  awsError,
  Failing,
  HOUR_MS,
  MINUTE_MS,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;
const NEW_SECRET = 'the-secret-after-the-rotation';

const putSecret = (world: World, clientSecret: string): Promise<void> =>
  putTenantSecret(world.tenant, { clientId: world.application.clientId, clientSecret });

const expiry = scenario(
  'tokens that expire in the middle of a run',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add([striking(4, { do: 'expire-tokens' })]);
    const { stopReason, tokenRequests } = await world.settle();
    equal(stopReason, 'caught-up');
    equal(tokenRequests, 2);
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const shortLife = scenario(
  'tokens that live for seconds only',
  { events: EVENTS, tokenLifetimeSeconds: 10 },
  async (world) => {
    const waits = [3, 5, 7].map((request) =>
      striking(request, status(429, '', { 'retry-after': '12' })),
    );
    world.simulated.faults.add(waits);
    const { stopReason, tokenRequests } = await world.settle();
    equal(stopReason, 'caught-up');
    equal(tokenRequests, 4);
    await assertComplete(world);
  },
);

const rotated = scenario(
  'a secret that is rotated in the middle of a run',
  { events: EVENTS },
  async (world) => {
    await world.poll({ deadlineInMs: 60_000 });
    world.addEvents(EVENTS);
    world.application.clientSecret = NEW_SECRET;
    await putSecret(world, NEW_SECRET);
    world.simulated.faults.add([striking(10, { do: 'expire-tokens' })]);
    equal((await world.settle()).stopReason, 'caught-up');
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const rotatedLater = scenario(
  'a secret that is rotated at Auth0 and told to the collector later',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    world.application.clientSecret = NEW_SECRET;
    world.simulated.expireTokens();
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'failed', 'AUTH0_401_CREDENTIALS');
    await putSecret(world, NEW_SECRET);
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const halfRotated = scenario(
  'a rotation that Auth0 does not know of yet',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    await putSecret(world, NEW_SECRET);
    equal((await world.settle()).stopReason, 'caught-up');
    await assertState(world, 'healthy');
    world.application.clientSecret = NEW_SECRET;
    world.simulated.expireTokens();
    world.addEvents(5);
    equal((await world.settle()).stopReason, 'caught-up');
    await assertComplete(world);
  },
);

const noScope = scenario(
  'a scope that is taken away and given back',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    const { scopes } = world.application;
    world.application.scopes = ['read:users'];
    world.simulated.expireTokens();
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'failed', 'AUTH0_403_SCOPE');
    world.application.scopes = scopes;
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const noGrant = scenario(
  'a client grant that is removed and restored',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    const { scopes } = world.application;
    world.application.scopes = undefined;
    world.simulated.expireTokens();
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'failed', 'AUTH0_403_NOT_AUTHORIZED');
    world.application.scopes = scopes;
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const placeholder = scenario(
  'credentials that are filled in later',
  { events: EVENTS },
  async (world) => {
    const { clientSecret } = world.application;
    await putTenantSecret(world.tenant, {
      clientId: SECRET_PLACEHOLDER,
      clientSecret: SECRET_PLACEHOLDER,
    });
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'pending-credentials', 'CREDENTIALS_NOT_SET');
    await putSecret(world, clientSecret);
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const refusedAnyway = scenario(
  'tokens that are refused although they are new',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add(strikingAll(4, 5, status(401, '{"message":"Invalid token"}')));
    const { stopReason, tokenRequests } = await world.poll();
    equal(stopReason, 'failed');
    equal(tokenRequests, 2, 'a new one is tried once');
    await assertState(world, 'failed', 'AUTH0_401_TOKEN');
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const tokenDown = scenario(
  'a token endpoint that is down for a poll',
  { events: EVENTS },
  async (world) => {
    for (let request = 1; request <= 6; request += 1) {
      world.simulated.faults.add([striking(request, status(503), 'token')]);
    }
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'degraded', 'AUTH0_5XX');
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const secretsDown = scenario(
  'Secrets Manager being throttled',
  { events: EVENTS },
  async (world) => {
    const outside = new Failing(awsError('ThrottlingException'), {
      call: 'GetSecretValueCommand',
      times: 6,
    });
    equal((await world.poll({ outside })).stopReason, 'failed');
    await assertState(world, 'degraded', 'AWS_CALL');
    await world.settle();
    await assertComplete(world);
  },
);

const tokenNotKept = scenario(
  'a token that can not be kept in the table',
  { events: EVENTS },
  async (world) => {
    // The first thing that a first poll writes is its token.
    const outside = new Failing(awsError('ThrottlingException'), { call: 'PutItemCommand' });
    const { stopReason, tokenRequests } = await world.poll({ outside });
    await world.ingestAll();
    equal(stopReason, 'caught-up');
    equal(tokenRequests, 1, 'the token at hand is used');
    await assertComplete(world);
  },
);

/** Remembers the token that passes by. */
class Listening extends Outside {
  token = '';

  override async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    const answer = await super.call(name, run);
    if (name === 'POST /oauth/token') {
      const { body } = answer as { readonly body: Buffer };
      this.token = JSON.parse(body.toString('utf8')).access_token;
    }
    return answer;
  }
}

async function sealedRow(world: World, aws: EmbeddedAws): Promise<Buffer> {
  const { dynamo } = world.connect(new Outside());
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: aws.resources[ENV.collectionTable],
      Key: {
        [TABLE.partitionKey]: { S: world.tenant },
        [TABLE.sortKey]: { S: TABLE.tokenItem },
      },
    }),
  );
  dynamo.destroy();
  const parts = Object.entries(Item ?? {}).flatMap(([name, value]) => [
    Buffer.from(name),
    Buffer.from(value.B ?? value.S ?? ''),
  ]);
  return Buffer.concat(parts);
}

/** The ticks of a day before the token is renewed, which is five minutes before its end. */
const TICKS = (24 * HOUR_MS) / (5 * MINUTE_MS) - 1;

const coldStarts: Scenario = {
  name: 'a day in which every poll is a cold start',
  run: async (aws) => {
    const world = await World.create(aws, { events: 15 });
    try {
      const listening = new Listening();
      await world.poll({ outside: listening });
      for (let tick = 1; tick < TICKS; tick += 1) {
        world.clock.skip(5 * MINUTE_MS);
        deepEqual((await world.poll()).stopReason, 'caught-up');
      }
      equal(world.simulated.faults.requests.token, 1);
      const row = await sealedRow(world, aws);
      ok(row.length > listening.token.length && listening.token !== '');
      for (const clear of [listening.token, world.application.clientSecret]) {
        ok(!row.includes(clear) && !row.includes(Buffer.from(clear).toString('base64')));
      }
      world.clock.skip(5 * MINUTE_MS);
      await world.settle();
      equal(world.simulated.faults.requests.token, 2);
      await assertComplete(world);
    } finally {
      await world.end();
    }
  },
};

export const CREDENTIALS: readonly Scenario[] = [
  expiry,
  shortLife,
  rotated,
  rotatedLater,
  halfRotated,
  noScope,
  noGrant,
  placeholder,
  refusedAnyway,
  tokenDown,
  secretsDown,
  tokenNotKept,
  coldStarts,
];
