import { type Html, html } from '../../lambda/console/html.ts';
import { type Axis, axisOfDecades, axisOfSizes, placeOn } from './axis.ts';

/** A value that was measured at a size. */
export interface Point {
  readonly size: number;
  readonly value: number;
  /** It was computed from others instead: a ring takes the place of the dot. */
  readonly isComputed?: boolean;
}

/** One curve, and what it is about. */
export interface Panel {
  readonly title: string;
  /** What to see in it. */
  readonly remark: string;
  readonly sizeName: string;
  readonly points: readonly Point[];
  /** A value to compare with, drawn as a broken line. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** The unit before a value. @default '' */
  readonly currency?: string;
}

/** The corner at the left above, in pixels. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

export const PANEL_WIDTH = 320;
export const PANEL_HEIGHT = 264;

/** Room around the frame: for what is written there. */
const MARGIN = { left: 58, right: 14, top: 52, bottom: 44 };
/** Room within it, so that dots and their labels at its ends are whole. */
const INSET = 30;
const RADIUS = 3.5;
const LABEL_ABOVE = 8;
/** A curve that rises more than this to its next dot would run through a label in the middle. */
const STEEP = 14;
const WIDTH = PANEL_WIDTH - MARGIN.left - MARGIN.right;
const HEIGHT = PANEL_HEIGHT - MARGIN.top - MARGIN.bottom;

/** Where values stand in the drawing, in pixels. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly sizes: Axis;
  readonly values: Axis;
  readonly xOf: (size: number) => number;
  readonly yOf: (value: number) => number;
}

/** Draws a panel with its title, its axes and its curve; the smaller sizes are to come first. */
export function drawPanel(panel: Panel, corner: Corner): Html {
  const { title, remark, sizeName, points, limit, currency = '' } = panel;
  const frame = frameOf(panel, corner);
  const { left, top, xOf, yOf } = frame;
  const line = points.map(({ size, value }) => `${xOf(size)},${yOf(value)}`).join(' ');
  return html`<g>
<text class="title" x="${left}" y="${corner.y + 20}">${title}</text>
<text class="remark" x="${left}" y="${corner.y + 38}">${remark}</text>
<rect class="frame" x="${left}" y="${top}" width="${WIDTH}" height="${HEIGHT}"/>
${frame.values.ticks.map((tick) => valueTick(frame, tick, currency))}
${frame.sizes.ticks.map((tick) => sizeTick(frame, tick))}
<text class="tick" text-anchor="middle" x="${left + WIDTH / 2}" y="${top + HEIGHT + 36}">${sizeName}</text>
${limit && limitLine(frame, limit)}
<polyline class="curve" points="${line}"/>
${points.map((point, at) => dot(frame, point, points[at + 1], currency))}
</g>
`;
}

function frameOf({ points, limit }: Panel, corner: Corner): Frame {
  const [left, top] = [corner.x + MARGIN.left, corner.y + MARGIN.top];
  const sizes = axisOfSizes(points.map(({ size }) => size));
  const compared = limit === undefined ? [] : [limit.value];
  const values = axisOfDecades([...points.map(({ value }) => value), ...compared]);
  return {
    left,
    top,
    sizes,
    values,
    xOf: (size) => pixels(left + INSET + placeOn(sizes, size) * (WIDTH - 2 * INSET)),
    yOf: (value) => pixels(top + HEIGHT - placeOn(values, value) * HEIGHT),
  };
}

function valueTick({ left, yOf }: Frame, value: number, currency: string): Html {
  const y = yOf(value);
  return html`<line class="grid" x1="${left}" y1="${y}" x2="${left + WIDTH}" y2="${y}"/>
<text class="tick" text-anchor="end" x="${left - 6}" y="${pixels(y + 4)}">${currency}${short(value)}</text>
`;
}

function sizeTick({ top, xOf }: Frame, size: number): Html {
  const [x, bottom] = [xOf(size), top + HEIGHT];
  return html`<line class="grid" x1="${x}" y1="${bottom}" x2="${x}" y2="${bottom + 4}"/>
<text class="tick" text-anchor="middle" x="${x}" y="${bottom + 18}">${short(size)}</text>
`;
}

function limitLine({ left, yOf }: Frame, { value, name }: { value: number; name: string }): Html {
  const y = yOf(value);
  return html`<line class="limit" x1="${left}" y1="${y}" x2="${left + WIDTH}" y2="${y}"/>
<text class="remark" x="${left + 6}" y="${pixels(y - 5)}">${name}</text>
`;
}

function dot(
  { xOf, yOf }: Frame,
  { size, value, isComputed }: Point,
  next: Point | undefined,
  currency: string,
): Html {
  const [x, y] = [xOf(size), yOf(value)];
  const isSteep = next !== undefined && y - yOf(next.value) > STEEP;
  const [anchor, labelX] = isSteep ? ['end', pixels(x + 2 * RADIUS)] : ['middle', x];
  return html`<circle class="${isComputed ? 'ring' : 'dot'}" cx="${x}" cy="${y}" r="${RADIUS}"/>
<text class="value" text-anchor="${anchor}" x="${labelX}" y="${pixels(y - LABEL_ABOVE)}">${currency}${short(value)}</text>
`;
}

/** A tenth of a pixel is as fine as anybody sees. */
const pixels = (place: number): number => Math.round(place * 10) / 10;

/** As few letters as say it: 14K, 1M, 129, 0.047. */
const short = (value: number): string =>
  value < 1
    ? String(Number(value.toPrecision(2)))
    : value.toLocaleString('en-US', {
        notation: 'compact',
        maximumSignificantDigits: value < 1000 ? 3 : 2,
      });
