import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorAfter } from '../../../lambda/auth0/cursor.ts';
import { isRejected } from '../../../lambda/auth0/log-event.ts';
import { compareLogIds } from '../../../lambda/auth0/log-id.ts';
import type { Page } from '../../../lambda/auth0/page.ts';
import { OpenWindow } from '../../../lambda/collect/backfill/window.ts';
import { type Entry, served, timedId } from '../../auth0/memory-tenant.ts';

const START_MS = Date.parse('2026-05-04T08:00:00.000Z');

const nameOf = (event: Page['events'][number]): string =>
  isRejected(event) ? event.raw.toString('utf8') : event.logId;

/** The page behind an id; elements without an id go with the event behind them, as pages end with one. */
function pageAfter(log: readonly Entry[], logId: string, size: number): Page {
  const behind = log.filter((entry) => compareLogIds(entry.logId, logId) > 0);
  const lastOf = (count: number) => behind.findIndex((entry, at) => at >= count && !entry.garbage);
  const end = lastOf(size - 1);
  const entries = end === -1 ? behind : behind.slice(0, end + 1);
  const last = entries.at(-1)?.logId;
  return {
    events: entries.map(served),
    cursor: cursorAfter(last ?? logId),
    isEnd: entries.length === 0,
  };
}

function readToEnd(window: OpenWindow, log: readonly Entry[], size: number): string[] {
  const names: string[] = [];
  for (let at = window.saved.cursor; !window.isRead; ) {
    const page = pageAfter(log, at.kind === 'after' ? at.logId : '', size);
    names.push(...window.take(page).map(nameOf));
    at = page.cursor;
  }
  return names;
}

/** Several events of a millisecond, with dates of any order, and here and there what has no id. */
const LOG = fc
  .array(fc.record({ stepMs: fc.nat(2), dateMs: fc.nat(5_000), isGarbage: fc.nat(5) }), {
    minLength: 5,
    maxLength: 60,
  })
  .map((all) => {
    let atMs = START_MS;
    return all.map(({ stepMs, dateMs, isGarbage }, index): Entry => {
      atMs += stepMs;
      const logId = timedId(atMs, index + 1);
      const date = new Date(START_MS + dateMs).toISOString();
      const isEdge = index === 0 || index === all.length - 1;
      return isGarbage === 0 && !isEdge ? { logId, garbage: `{"n":${index}}` } : { logId, date };
    });
  });

describe('the windows of a range', () => {
  it('hold every event once, wherever the range is cut, and however it is paged', () => {
    fc.assert(
      fc.property(
        LOG,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        (log, cuts, size) => {
          const withId = log.filter(({ garbage }) => garbage === undefined);
          const [first, last] = [withId[0]?.logId ?? '', withId.at(-1)?.logId ?? ''];
          const end = { fromMs: START_MS, toMs: START_MS + 3600_000, liveLogId: last };
          const windows = [new OpenWindow({ cursor: cursorAfter(first) }, end)];
          for (const cut of cuts) {
            const logId = withId[cut % withId.length]?.logId ?? '';
            windows.push(...windows.flatMap((window) => window.cutAt(logId) ?? []));
          }
          // Who reads first makes no difference.
          const read = windows.reverse().flatMap((window) => readToEnd(window, log, size));
          const behindFirst = log.slice(1).map((entry) => nameOf(served(entry)));
          expect(read.toSorted()).toEqual(behindFirst.toSorted());
        },
      ),
    );
  });

  it('hold every event once when one is cut while it is read', () => {
    fc.assert(
      fc.property(LOG, fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), (log, cuts) => {
        const withId = log.filter(({ garbage }) => garbage === undefined);
        const [first, last] = [withId[0]?.logId ?? '', withId.at(-1)?.logId ?? ''];
        const end = { fromMs: START_MS, toMs: START_MS + 3600_000, liveLogId: last };
        const window = new OpenWindow({ cursor: cursorAfter(first) }, end);
        const read: string[] = [];
        const others: OpenWindow[] = [];
        for (let at = window.saved.cursor; !window.isRead; ) {
          const page = pageAfter(log, at.kind === 'after' ? at.logId : '', 3);
          read.push(...window.take(page).map(nameOf));
          at = page.cursor;
          const cut = withId[(cuts.shift() ?? 0) % withId.length]?.logId ?? '';
          others.push(...[window.cutAt(cut) ?? []].flat());
        }
        read.push(...others.flatMap((other) => readToEnd(other, log, 3)));
        expect(read.toSorted()).toEqual(
          log
            .slice(1)
            .map((entry) => nameOf(served(entry)))
            .toSorted(),
        );
      }),
    );
  });

  it('begin behind their first id also when they are found again from before it', () => {
    const log = Array.from(
      { length: 12 },
      (_, index): Entry => ({
        logId: timedId(START_MS + index, 1),
        ...(index === 5 || index === 4 ? { garbage: `{"n":${index}}` } : {}),
      }),
    );
    const [before, bound, last] = [log[0]?.logId ?? '', log[3]?.logId ?? '', log[11]?.logId ?? ''];
    const window = new OpenWindow(
      { cursor: cursorAfter(before), afterLogId: bound },
      { fromMs: START_MS, toMs: START_MS + 3600_000, liveLogId: last },
    );
    const names = readToEnd(window, log, 3);
    expect(names).toEqual(log.slice(4).map((entry) => nameOf(served(entry))));
  });

  it('end with the range, and with what the running collection has read', () => {
    const log = Array.from(
      { length: 10 },
      (_, index): Entry => ({
        logId: timedId(START_MS + index * 1_000, 1),
      }),
    );
    const read = (toMs: number, live: number) =>
      readToEnd(
        new OpenWindow(
          { cursor: cursorAfter(log[0]?.logId ?? '') },
          { fromMs: START_MS, toMs, liveLogId: log[live]?.logId ?? '' },
        ),
        log,
        4,
      );
    expect(read(START_MS + 6_000, 9)).toEqual(log.slice(1, 6).map(({ logId }) => logId));
    expect(read(START_MS + 60_000, 6)).toEqual(log.slice(1, 7).map(({ logId }) => logId));
  });

  it('are cut behind their first id and within the range only, also while they are found again', () => {
    const id = (seconds: number) => timedId(START_MS + seconds * 1_000, 1);
    const range = { fromMs: START_MS + 100_000, toMs: START_MS + 900_000, liveLogId: id(1_000) };
    const start = { kind: 'start', since: new Date(START_MS).toISOString() } as const;
    const again = new OpenWindow({ cursor: start, afterLogId: id(300) }, range);
    again.take({ events: [], cursor: cursorAfter(id(50)), isEnd: false });
    expect(again.cutTimes(2)).toEqual([{ fromMs: START_MS + 300_000, toMs: START_MS + 600_000 }]);
    expect(again.cutAt(id(200))).toBeUndefined();
    expect(again.cutAt(id(301))?.saved.afterLogId).toBe(id(301));
    const first = new OpenWindow({ cursor: cursorAfter(id(20)) }, range);
    expect(first.cutTimes(2)).toEqual([{ fromMs: START_MS + 100_000, toMs: START_MS + 500_000 }]);
  });

  it('are not cut where ids tell no time, nor before anything was read', () => {
    const end = { fromMs: START_MS, toMs: START_MS, liveLogId: 'x'.repeat(56) };
    expect(new OpenWindow({ cursor: cursorAfter('w'.repeat(56)) }, end).leftMs).toBe(0);
    const timed = {
      fromMs: START_MS,
      toMs: START_MS + 1_000,
      liveLogId: timedId(START_MS + 2_000, 1),
    };
    const unread = new OpenWindow({ cursor: { kind: 'start', since: 'oldest' } }, timed);
    expect(unread.leftMs).toBe(0);
    expect(unread.cutAt(timedId(START_MS + 500, 1))).toBeUndefined();
    expect(new OpenWindow({ cursor: cursorAfter(timedId(START_MS, 1)) }, timed).leftMs).toBe(1_000);
  });
});
