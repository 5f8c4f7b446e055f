import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { type Found, type LocalSearch, searchLocal } from '../../local/search/search-local.ts';
import { startServices } from '../contract/services.ts';
import { LakeWorld } from '../lake/lake-world.ts';
import { Outside } from '../reliability/outside.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const HOUR_MS = 3_600_000;

async function search(
  world: LakeWorld,
  query = '',
  part: Partial<LocalSearch> = {},
): Promise<Found> {
  const { ledger, compactions, dynamo, s3, bucket } = world.connect(new Outside());
  try {
    const listKeys = async function* (prefix: string) {
      for (const key of await world.lakeKeys()) if (key.startsWith(prefix)) yield key;
    };
    return await searchLocal(
      { ledger, compactions, listKeys },
      {
        query: parseQuery(query),
        tenants: [world.tenant],
        fromMs: undefined,
        toMs: undefined,
        limit: 1_000,
        bucket,
        ...part,
      },
    );
  } finally {
    dynamo.destroy();
    s3.destroy();
  }
}

const idsOf = ({ hits }: Found): string[] => hits.map(({ logId }) => logId).sort();

/** A text that no compression makes small. */
const noise = (seed: number): string =>
  Array.from({ length: 24 }, (_, part) =>
    createHash('sha256').update(`${seed}/${part}`).digest('hex'),
  ).join('');

/** Batches of two days, one of them sent and not stored for so long that the lake passes it. */
async function startWorld(): Promise<{ world: LakeWorld; overdue: string }> {
  const world = new LakeWorld(aws);
  world.clock.skip(-30 * HOUR_MS);
  await world.addBatch(7);
  const overdue = await world.send(world.makeEvents(4));
  world.clock.skip(28 * HOUR_MS);
  await world.addBatch(6);
  await world.addBatch(9);
  return { world, overdue };
}

const WALK_TIMEOUT_MS = 120_000;

describe('a search in a data folder', () => {
  it(
    'finds every archived event once, wherever a compaction is stopped',
    async () => {
      const { world, overdue } = await startWorld();
      const fresh = await world.saveLake();
      const counting = new Outside();
      await world.compact({ outside: counting });
      const passed = await world.saveLake();
      await world.ingest(overdue);
      const filling = new Outside();
      await world.compact({ outside: filling });
      for (const [lake, { calls }] of [
        [fresh, counting],
        [passed, filling],
      ] as const) {
        for (const call of calls.keys()) {
          await (lake.item === undefined ? world.forgetLake() : world.restoreLake(lake));
          const outside = new Outside({ call, side: 'after' });
          await world.compact({ outside }).catch(() => undefined);
          expect(idsOf(await search(world)), calls[call]).toEqual(await world.archivedIds());
        }
      }
      world.end();
    },
    WALK_TIMEOUT_MS,
  );

  it('finds the same in the lake as before in the archive', async () => {
    const { world } = await startWorld();
    const queries = [
      '',
      'type:fp',
      '-type:fp',
      'user:auth0|3',
      'ip:192.0.2.*',
      '"192.0.2.5"',
      '"auth0|7" -type:s',
      'nothing-has-this',
    ];
    const before = await Promise.all(queries.map((query) => search(world, query)));
    await world.compact();
    const after = await Promise.all(queries.map((query) => search(world, query)));
    expect(after.map(({ hits }) => hits)).toEqual(before.map(({ hits }) => hits));
    expect(before.map(({ hits }) => hits.length)).toEqual([22, 6, 16, 1, 22, 1, 1, 0]);
    expect(after.map(({ events }) => events)).toEqual(before.map(({ events }) => events));
    world.end();
  });

  it('gives the newest first, so many, and only of the time asked for', async () => {
    const { world } = await startWorld();
    const midnightMs = world.clock.nowMs() - HOUR_MS;
    for (const isCompacted of [false, true]) {
      if (isCompacted) await world.compact();
      const all = await search(world);
      expect(all.hits.map(({ timeMs }) => timeMs)).toEqual(
        all.hits.map(({ timeMs }) => timeMs).sort((a, b) => b - a),
      );
      const few = await search(world, '', { limit: 5 });
      expect([few.hits, few.isWhole]).toEqual([all.hits.slice(0, 5), false]);
      const late = await search(world, '', { fromMs: midnightMs });
      expect(late.hits).toEqual(all.hits.filter(({ timeMs }) => timeMs >= midnightMs));
      const early = await search(world, '', { toMs: midnightMs });
      expect(early.hits).toEqual(all.hits.filter(({ timeMs }) => timeMs < midnightMs));
      expect(late.hits.length * early.hits.length).toBeGreaterThan(0);
    }
    world.end();
  });

  it('fetches the texts of what it found by columns from the midst of a large object', async () => {
    const world = new LakeWorld(aws);
    const events = Array.from({ length: 200 }, (_, index) =>
      world.makeEvent({ type: 'fp', details: { noise: noise(index) } }),
    );
    await world.ingest(await world.send(events));
    await world.compact({ limits: { events: 1_000, contentBytes: 1e7, rows: 10 } });
    const [key = ''] = await world.lakeKeys();
    expect((await world.readObject(key)).length).toBeGreaterThan(150_000);
    for (const index of [0, 99, 199]) {
      const event = JSON.parse(events[index] ?? '');
      const { hits } = await search(world, `user:${event.user_id}`);
      expect(hits.map(({ raw }) => JSON.parse(raw))).toEqual([event]);
      const byId = await search(world, `log_id:${event.log_id}`);
      expect([byId.hits, byId.events]).toEqual([hits, 200]);
      const others = await search(world, `-log_id:${event.log_id}`);
      expect(others.hits).toHaveLength(199);
    }
    world.end();
  });

  it('neither shows nor finds a secret', async () => {
    const world = new LakeWorld(aws);
    await world.addBatch(3, { details: { request: { body: { password: 'hunter2-hunter2' } } } });
    for (const isCompacted of [false, true]) {
      if (isCompacted) await world.compact();
      const { hits } = await search(world);
      expect(hits).toHaveLength(3);
      for (const { raw } of hits) expect(raw).not.toContain('hunter2');
      expect((await search(world, 'hunter2')).hits).toEqual([]);
      expect((await search(world, '-hunter2')).hits).toHaveLength(3);
    }
    world.end();
  });

  it('names what is missing or damaged, and shows all else', async () => {
    const { world } = await startWorld();
    const gone = await world.archiveKey(1);
    await world.deleteObject(gone);
    const damaged = await world.archiveKey(3);
    await world.putObject(damaged, Buffer.from('no gzip'));
    const found = await search(world);
    expect(found.hits).toHaveLength(9);
    expect([...found.unreadable].sort()).toEqual([gone, damaged].sort());
    world.end();
  });

  it('looks through many objects in threads and finds the same', async () => {
    const world = new LakeWorld(aws);
    for (let batch = 0; batch < 20; batch += 1) await world.addBatch(3);
    const found = await search(world, 'auth0');
    expect(idsOf(found)).toEqual(await world.archivedIds());
    expect(found.events).toBe(60);
    world.end();
  });
});
