import Table from 'cli-table3';
import { printable } from './printable.ts';

/** A column of a table; widths in characters of the terminal. */
export interface PlainColumn {
  readonly title: string;
  /** It becomes no narrower, and no wider than it needs. */
  readonly widthMin: number;
  readonly widthMax: number;
}

/** More of one value is never shown. */
const CELL_CHARS_MAX = 200;
const SPACE_BETWEEN = 2;

/**
 * Rows as a table without lines, as wide as its content needs and no wider than `width` where that
 * is possible. What a cell holds can't act on the terminal; an empty one is a hyphen.
 */
export function plainTable(
  columns: readonly PlainColumn[],
  rows: readonly (readonly (string | undefined)[])[],
  width: number,
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map((value) => cellOf(value ?? '-')));
  const table = new Table({
    head: columns.map(({ title }) => title),
    colWidths: widthsWithin(columns, cells, width),
    chars: NO_BORDERS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...cells);
  // Where a cell is cut, a character of two units may lose one of them.
  return `${table
    .toString()
    .toWellFormed()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const cellOf = (value: string): string => printable(value.slice(0, CELL_CHARS_MAX).toWellFormed());

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(SPACE_BETWEEN),
} as const;

/** Gives each column what it needs, and takes from the widest ones while the whole is too wide. */
function widthsWithin(
  columns: readonly PlainColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map(({ title, widthMax }, index) => {
    const longest = Math.max(title.length, ...rows.map((cells) => cells[index]?.length ?? 0));
    return Math.min(widthMax, longest);
  });
  const room = width - SPACE_BETWEEN * (columns.length - 1);
  let surplus = widths.reduce((sum, one) => sum + one, 0) - room;
  while (surplus > 0) {
    const spare = columns.map(({ widthMin }, index) => (widths[index] ?? 0) - widthMin);
    const widest = spare.indexOf(Math.max(...spare));
    if ((spare[widest] ?? 0) <= 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    surplus -= 1;
  }
  return widths;
}
