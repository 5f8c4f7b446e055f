import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOLES_MAX } from '../../lambda/lake/compact-tenant.ts';
import { firstCompaction } from '../../lambda/lake/compaction.ts';
import { lakeKey } from '../../lambda/lake/lake-object.ts';
import { openLakeObject, wholeFile } from '../../lambda/lake/read-parquet.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { LakeWorld, lakeDiffers } from './lake-world.ts';

let aws: EmbeddedAws;
let world: LakeWorld;
beforeAll(async () => {
  aws = await startServices();
});
beforeEach(() => {
  world = new LakeWorld(aws);
  return () => world.end();
});
afterAll(() => aws.stop());

const HOUR_MS = 3_600_000;

describe('a compaction', () => {
  it('brings every archived event into the lake once, range by range', async () => {
    for (const count of [7, 1, 9, 4]) await world.addBatch(count);
    const summary = await world.compact();
    expect(summary).toMatchObject({ events: 21, ranges: 3, holes: 0, stopReason: 'caught-up' });
    expect(await lakeDiffers(world)).toBeUndefined();
    expect(await world.compaction()).toMatchObject({ compactedSeq: 4, eventsTotal: 21 });
  });

  it('has nothing to do when nothing has come', async () => {
    expect(await world.compact()).toMatchObject({ events: 0, lagSeconds: 0, error: undefined });
    await world.addBatch(3);
    await world.compact();
    expect(await world.compact()).toMatchObject({ events: 0, objects: 0, lagSeconds: 0 });
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('names each object by class, tenant, day and rows of the ledger', async () => {
    await world.addBatch(4);
    await world.compact();
    const day = new Date(world.clock.nowMs()).toISOString().slice(0, 10);
    const range = { tenant: world.tenant, day, fromSeq: 1, toSeq: 1 };
    expect(await world.lakeObjects()).toEqual([
      { class: 'account_change', ...range },
      { class: 'api_activity', ...range },
      { class: 'authentication', ...range },
    ]);
  });

  it('takes no row that the checkpoint has not committed', async () => {
    await world.addBatch(2);
    await world.ingest(await world.note(world.makeEvents(5)));
    expect(await world.compact()).toMatchObject({ events: 2 });
    expect(await world.compaction()).toMatchObject({ compactedSeq: 1 });
  });

  it('ends in time with what was written committed, and goes on from there', async () => {
    for (const count of [9, 9, 9]) await world.addBatch(count);
    expect(await world.compact({ deadlineInMs: 0 })).toMatchObject({
      events: 0,
      stopReason: 'time-budget',
    });
    await world.compact();
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('beside another one leaves every event in the lake once', async () => {
    for (const count of [9, 9, 9, 9]) await world.addBatch(count);
    const both = await Promise.all([world.compact(), world.compact()]);
    expect(both.map(({ error }) => error)).toEqual([undefined, undefined]);
    await world.compact();
    expect(await lakeDiffers(world)).toBeUndefined();
    expect((await world.compaction())?.holes).toEqual([]);
  });

  it('that is overtaken by another one writes nothing of its own', async () => {
    await world.addBatch(5);
    let isOvertaken = false;
    const summary = await world.compact({
      tampering: ({ readArchived }) => ({
        readArchived: async (row) => {
          const batch = await readArchived(row);
          if (isOvertaken) return batch;
          isOvertaken = true;
          // Another range than the one that is being read: it holds one batch more.
          await world.addBatch(4);
          await world.compact();
          return batch;
        },
      }),
    });
    expect(summary).toMatchObject({ stopReason: 'locked', events: 0, error: undefined });
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('sorts the rows of each object by time', async () => {
    const nowMs = world.clock.nowMs();
    const minutesAgo = [3, 1, 9, 4, 1, 7];
    const events = minutesAgo.map((minutes) =>
      world.makeEvent({ type: 's', date: new Date(nowMs - minutes * 60_000).toISOString() }),
    );
    await world.ingest(await world.send(events));
    await world.compact();
    const times: number[] = [];
    for (const key of await world.lakeKeys()) {
      const reader = await openLakeObject(wholeFile(await world.readObject(key)));
      const [all = { rowStart: 0, rowEnd: 0 }] = reader.ranges;
      const read = (await reader.readColumn('time', all)).map((time) => Number(time));
      expect(read).toEqual(read.toSorted((a, b) => a - b));
      times.push(...read);
    }
    expect(times).toHaveLength(minutesAgo.length);
  });

  it('takes a message that is delivered again for what it is', async () => {
    const message = await world.send(world.makeEvents(6));
    await world.ingest(message);
    await world.compact();
    await world.ingest(message);
    await world.compact();
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('files events whose date is missing or absurd under the day of their ingestion', async () => {
    const day = new Date(world.clock.nowMs()).toISOString().slice(0, 10);
    for (const date of ['1970-01-01T00:00:00Z', '9999-12-31T00:00:00Z', 'x', 7, undefined]) {
      await world.addBatch(1, { date });
    }
    await world.compact();
    expect(new Set((await world.lakeObjects()).map((object) => object.day))).toEqual(
      new Set([day]),
    );
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('files an event under the day of its date, not of its ingestion', async () => {
    const yesterday = new Date(world.clock.nowMs() - 24 * HOUR_MS).toISOString();
    await world.addBatch(1, { date: yesterday });
    await world.compact();
    expect((await world.lakeObjects()).map(({ day }) => day)).toEqual([yesterday.slice(0, 10)]);
  });
});

describe('a batch that is not stored', () => {
  it('is waited for while its message may still be delivered', async () => {
    await world.addBatch(3);
    const message = await world.send(world.makeEvents(4));
    await world.addBatch(5);
    world.clock.skip(HOUR_MS / 2);
    const summary = await world.compact();
    expect(summary).toMatchObject({ events: 3, holes: 0, stopReason: 'caught-up' });
    expect(summary.lagSeconds).toBeGreaterThanOrEqual(1_800);
    await world.ingest(message);
    expect(await world.compact()).toMatchObject({ events: 9, lagSeconds: 0 });
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('is passed when it is overdue, and comes into the lake when it is stored after all', async () => {
    const message = await world.send(world.makeEvents(4));
    world.clock.skip(HOUR_MS + 1);
    await world.addBatch(5);
    expect(await world.compact()).toMatchObject({ events: 5, holes: 1, lagSeconds: 0 });
    expect(await world.compact()).toMatchObject({ events: 0, holes: 1, missing: [] });
    await world.ingest(message);
    expect(await world.compact()).toMatchObject({ events: 4, holes: 0 });
    expect(await lakeDiffers(world)).toBeUndefined();
  });

  it('holds the lake up when there are too many of them', async () => {
    await world.addBatch(3);
    const holes = Array.from({ length: HOLES_MAX }, (_, index) => 100 + index);
    const item = { ...firstCompaction(), version: 1, holes };
    await world.restoreLake({ item, objects: new Map() });
    expect(await world.compact()).toMatchObject({ events: 0, stopReason: 'holes' });
  });
});

describe('an archive object', () => {
  beforeEach(async () => {
    for (const count of [3, 4, 5]) await world.addBatch(count);
  });

  const changes: readonly (readonly [string, (bytes: Buffer) => Buffer | undefined])[] = [
    ['that is missing', () => undefined],
    ['that is not gzip', () => Buffer.from('no gzip')],
    ['that was cut off', (bytes) => bytes.subarray(0, bytes.length - 9)],
    [
      'that was changed',
      (bytes) => gzipSync(gunzipSync(bytes).toString().replace('auth0', 'auth1')),
    ],
  ];

  it.each(changes)(
    '%s is named, the others go on, and it follows when it is restored',
    async (_what, change) => {
      const key = await world.archiveKey(2);
      const bytes = await world.readObject(key);
      const changed = change(bytes);
      if (changed === undefined) await world.deleteObject(key);
      else await world.putObject(key, changed);
      const summary = await world.compact();
      expect(summary).toMatchObject({ events: 8, holes: 1, stopReason: 'caught-up' });
      const [missing] = summary.missing;
      expect(missing).toMatchObject({ seq: 2, error: { code: 'ARCHIVE_UNREADABLE' } });
      expect(missing?.error?.message).toContain(key);
      // It is said anew as long as it lasts.
      expect((await world.compact()).missing).toMatchObject([{ seq: 2 }]);
      await world.putObject(key, bytes);
      expect(await world.compact()).toMatchObject({ events: 4, holes: 0, missing: [] });
      expect(await lakeDiffers(world)).toBeUndefined();
    },
  );
});

describe('a range that is written again', () => {
  it('empties an object that it no longer has, since the mapping has changed', async () => {
    await world.addBatch(4);
    await world.compact();
    const { objects } = await world.saveLake();
    const day = new Date(world.clock.nowMs()).toISOString().slice(0, 10);
    const stale = {
      class: 'detection_finding',
      tenant: world.tenant,
      day,
      fromSeq: 1,
      toSeq: 1,
    } as const;
    const [some] = objects.values();
    const partitions = ['account_change', 'api_activity', 'authentication', stale.class].map(
      (name) => `${name}/${day}`,
    );
    await world.restoreLake({
      item: { ...firstCompaction(), version: 3, pending: { fromSeq: 1, toSeq: 1, partitions } },
      objects: new Map([...objects, [lakeKey(stale), some ?? Buffer.alloc(0)]]),
    });
    expect(await lakeDiffers(world)).toContain('too many');
    await world.compact();
    expect(await lakeDiffers(world)).toBeUndefined();
  });
});
