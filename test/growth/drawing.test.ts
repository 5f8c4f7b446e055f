import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGrowth } from '../../bench/growth/drawing.ts';
import { type Growth, parseGrowth } from '../../bench/growth/results.ts';
import { MADE } from './made-growth.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const numberIn = (tag: string, name: string): number =>
  Number(new RegExp(` ${name}="([^"]+)"`).exec(tag)?.[1]);

const boxOf = (tag: string): Box => ({
  x: numberIn(tag, 'x'),
  y: numberIn(tag, 'y'),
  width: numberIn(tag, 'width'),
  height: numberIn(tag, 'height'),
});

/** Each panel's frame, and the places of its dots. */
function panelsOf(drawing: string) {
  return drawing
    .split('<g>')
    .slice(1)
    .map((panel) => ({
      frame: boxOf(/<rect class="frame"[^>]+>/.exec(panel)?.[0] ?? ''),
      dots: [...panel.matchAll(/<circle[^>]+>/g)].map(([tag]) => ({
        x: numberIn(tag, 'cx'),
        y: numberIn(tag, 'cy'),
      })),
    }));
}

const isWithin = ({ x, y, width, height }: Box, dot: { x: number; y: number }): boolean =>
  dot.x >= x && dot.x <= x + width && dot.y >= y && dot.y <= y + height;

const positive = fc.double({ min: 1e-9, max: 1e15, noNaN: true });
const bySize = <One>(all: readonly One[], sizeOf: (one: One) => number): One[] =>
  all.toSorted((a, b) => sizeOf(a) - sizeOf(b));

const backlogs = fc
  .array(
    fc.record({
      events: positive,
      eventsPerSecond: positive,
      rssPeakMb: positive,
      usd: positive,
      isUsdCounted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => bySize(all, ({ events }) => events));

const tenants = fc
  .array(
    fc.record({
      tenants: positive,
      eventsEach: positive,
      eventsPerSecond: positive,
      rssPeakMb: positive,
      requests: fc.constant({}),
      idleUsdAMonth: positive,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => bySize(all, (one) => one.tenants));

const growth: fc.Arbitrary<Growth> = fc.record({
  node: fc.string(),
  cpus: positive,
  eventBytes: positive,
  pollerMemoryMb: positive,
  backlogs,
  tenants,
});

describe('the drawing of growth', () => {
  it('is the one that was looked at', async () => {
    await expect(drawGrowth(MADE)).toMatchFileSnapshot('drawing.svg');
  });

  it('has every value as a dot within its panel, and no number that is none', () => {
    fc.assert(
      fc.property(growth, (results) => {
        const drawing = drawGrowth({ ...results, node: '24' });
        expect(drawing).not.toMatch(/NaN|Infinity|undefined/);
        const panels = panelsOf(drawing);
        expect(panels.map(({ dots }) => dots.length)).toEqual(
          [results.backlogs, results.tenants].flatMap(({ length }) => [length, length, length]),
        );
        for (const { frame, dots } of panels) {
          expect(dots.filter((dot) => !isWithin(frame, dot))).toEqual([]);
        }
      }),
    );
  });

  it('keeps the panels apart and within the drawing', () => {
    const drawing = drawGrowth(MADE);
    const whole = boxOf(/<svg[^>]+>/.exec(drawing)?.[0] ?? '');
    const frames = panelsOf(drawing).map(({ frame }) => frame);
    const corners = frames.map(({ x, y, width, height }) => ({ x: x + width, y: y + height }));
    expect(frames).toHaveLength(6);
    expect(corners.every((corner) => isWithin({ ...whole, x: 0, y: 0 }, corner))).toBe(true);
    for (const [at, frame] of frames.entries()) {
      expect(corners.filter((corner, of) => of !== at && isWithin(frame, corner))).toEqual([]);
    }
  });

  it('draws more of a value higher up and a larger size further right', () => {
    const [speeds, , dollars] = panelsOf(drawGrowth(MADE));
    const xs = speeds?.dots.map(({ x }) => x) ?? [];
    const ys = dollars?.dots.map(({ y }) => y) ?? [];
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
    expect(ys).toEqual(ys.toSorted((a, b) => b - a));
    expect(new Set(ys).size).toBe(MADE.backlogs.length);
  });

  it('lets no text of the results become a part of the drawing', () => {
    const drawing = drawGrowth({ ...MADE, node: '</text><script>alert("&")</script>' });
    expect(drawing).not.toContain('<script>');
    expect(drawing).toContain('&lt;/text&gt;&lt;script&gt;');
  });

  it('tells who does not see it what it shows', () => {
    const drawing = drawGrowth(MADE);
    expect(drawing).toContain('role="img" aria-labelledby="title description"');
    expect(/<desc id="description">(.+)<\/desc>/.exec(drawing)?.[1]).toBe(
      'A backlog of 10,000: 9,400 events a second, 118 MB, $0.0062. ' +
        'A backlog of 1,000,000: 14,100 events a second, 129 MB, $0.4620. ' +
        'Tenants at once, 1: 14,001 events a second, 156 MB, $6.51 a month when idle. ' +
        'Tenants at once, 200: 14,200 events a second, 1,250 MB, $135.86 a month when idle.',
    );
  });
});

describe('the results of growth', () => {
  it('are read as they were written', () => {
    expect(parseGrowth(JSON.stringify(MADE))).toEqual(MADE);
  });

  it.each([
    ['no backlog', { ...MADE, backlogs: [] }],
    ['a value that has no logarithm', { ...MADE, cpus: 0 }],
    ['a field that nothing draws', { ...MADE, host: 'example.com' }],
  ])('are refused with %s', (_what, results) => {
    expect(() => parseGrowth(JSON.stringify(results))).toThrow();
  });
});
