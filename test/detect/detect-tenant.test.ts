import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outlet } from '../../lambda/detect/publish.ts';
import { story } from '../../lambda/detect/story.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { Outside } from '../reliability/outside.ts';
import { DetectWorld } from './detect-world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const MINUTE_MS = 60_000;

async function inWorld(use: (world: DetectWorld) => Promise<void>): Promise<void> {
  const world = new DetectWorld(aws);
  try {
    await use(world);
  } finally {
    world.end();
  }
}

describe('detection of a tenant', () => {
  it('raises one incident for a pattern that lies across batches, and lets it grow', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 2);
      expect((await world.detect()).opened).toBe(0);
      await world.fail('ann@example.com', 1);
      expect((await world.detect()).opened).toBe(1);
      await world.fail('ann@example.com', 2);
      const summary = await world.detect();
      expect([summary.opened, summary.grown]).toEqual([0, 1]);
      const [incident, ...others] = await world.incidents();
      expect(others).toEqual([]);
      expect(incident).toMatchObject({
        title: 'Failures',
        family: 'login',
        entity: { kind: 'user', value: 'ann@example.com' },
        count: 5,
      });
      expect(world.told.map(({ reason }) => reason)).toEqual(['opened', 'grown']);
    }));

  it('looks at each batch once', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 4);
      expect((await world.detect()).events).toBe(4);
      const second = await world.detect();
      expect([second.events, second.opened, second.grown]).toEqual([0, 0, 0]);
      expect((await world.item())?.detectedSeq).toBe(1);
    }));

  it('keeps each tenant to itself', () =>
    inWorld(async (world) => {
      const other = new DetectWorld(aws);
      await world.fail('ann@example.com', 2);
      await other.fail('ann@example.com', 2);
      await world.detect();
      await other.detect();
      expect([await world.incidents(), await other.incidents()]).toEqual([[], []]);
      other.end();
    }));

  it('leaves the work to another that is at it', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 4);
      const stop = { call: 4, side: 'after' } as const;
      await world.detect({ outside: new Outside(stop) });
      const second = await world.detect({ owner: 'another' });
      expect([second.stopReason, second.events]).toEqual(['locked', 0]);
      world.batches.clock.skip(6 * MINUTE_MS);
      expect((await world.detect({ owner: 'another' })).stopReason).toBe('caught-up');
      expect(await world.incidents()).toHaveLength(1);
    }));

  it('looks at what came while it was at work, since whoever was woken for it left', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 2);
      let woken: string | undefined;
      const lateArrival = async () => {
        if (woken !== undefined) return;
        await world.fail('ann@example.com', 1);
        woken = (await world.detect({ owner: 'another' })).stopReason;
      };
      const summary = await world.detect({
        tampering: ({ states }) => ({
          states: {
            ...states,
            save: async (...saved) => {
              await states.save(...saved);
              await lateArrival();
            },
          },
        }),
      });
      expect(woken).toBe('locked');
      expect([summary.events, summary.opened]).toEqual([3, 1]);
    }));

  it('publishes later what an outlet refused, and detects all the same', () =>
    inWorld(async (world) => {
      const refuse: Outlet = async () => {
        throw new CollectorError('AWS_CALL', 'Publishing an incident: the topic is gone');
      };
      await world.fail('ann@example.com', 3);
      const first = await world.detect({ outlets: [refuse] });
      expect(first.stopReason).toBe('caught-up');
      expect(first.unpublished.map(({ message }) => message)).toContain(
        'Publishing an incident: the topic is gone',
      );
      await world.fail('ann@example.com', 1);
      await world.detect({ outlets: [refuse] });
      expect(await world.unpublished()).toHaveLength(1);
      await world.detect();
      expect(await world.unpublished()).toEqual([]);
      // It grew meanwhile, but nobody was told yet that it was opened.
      expect(world.told.map(({ reason }) => reason)).toEqual(['opened']);
    }));

  it('keeps each incident in the bucket as it is now', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 3);
      await world.detect();
      await world.fail('ann@example.com', 4);
      await world.detect();
      const [incident] = await world.incidents();
      if (incident === undefined) throw new Error('no incident');
      expect(await world.finding(incident)).toMatchObject({
        class_uid: 2004,
        count: 7,
        finding_info: { uid: incident.id },
      });
    }));

  it('says that an archive object is missing, and goes on', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 3);
      await world.batches.deleteObject(await world.batches.archiveKey(1));
      await world.fail('bob@example.com', 3);
      const summary = await world.detect();
      expect(summary.missing.map(({ seq, error }) => [seq, error?.code])).toEqual([
        [1, 'ARCHIVE_UNREADABLE'],
      ]);
      expect((await world.incidents()).map(({ entity }) => entity.value)).toEqual([
        'bob@example.com',
      ]);
      expect((await world.item())?.holes).toEqual([1]);
    }));

  it('raises each gap once, however often it looks', () =>
    inWorld(async (world) => {
      await world.recordGap('2026-11-10T01:00:00Z', '2026-11-10T02:00:00Z');
      await world.recordGap('2026-11-10T05:00:00Z', '2026-11-10T06:00:00Z');
      await world.detect();
      await world.detect();
      const [incident, ...others] = await world.incidents();
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ ruleId: 'A0-OPS-05', severity: 'high', count: 2 });
      expect(incident?.timeline.map(({ text }) => text)).toEqual([
        'gap from 2026-11-10T01:00:00Z to 2026-11-10T02:00:00Z (retention-passed)',
        'gap from 2026-11-10T05:00:00Z to 2026-11-10T06:00:00Z (retention-passed)',
      ]);
    }));

  it('raises that a tenant has been silent for longer than it ever was', () =>
    inWorld(async (world) => {
      const { clock } = world.batches;
      const hours = (count: number) => clock.skip(count * 60 * MINUTE_MS);
      hours(-12 * 24);
      for (let day = 0; day < 8; day += 1) {
        await world.batches.addBatch(1, { type: 's' });
        hours(10);
        await world.batches.addBatch(1, { type: 's' });
        hours(14);
      }
      hours(13);
      await world.detect();
      expect(await world.incidents()).toEqual([]);
      hours(2);
      await world.detect();
      await world.detect();
      const [incident, ...others] = await world.incidents();
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ ruleId: 'A0-OPS-06', count: 1 });
    }));

  it('tells a story that a person can act on', () =>
    inWorld(async (world) => {
      await world.fail('ann@example.com', 3);
      await world.detect();
      const [incident] = await world.incidents();
      if (incident === undefined) throw new Error('no incident');
      const text = story(incident);
      expect(text).toContain('MEDIUM  Failures: user ann@example.com');
      expect(text).toContain('3 events');
      expect(text.match(/Z {2}wrong password/g)).toHaveLength(3);
      expect(text).toContain('What to do: Look at it.');
      expect(text).toMatch(/In Auth0 .*user_name:"ann@example.com" OR .* AND date:\[.* TO .*\]/);
    }));
});
