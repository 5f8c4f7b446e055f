import { styleText } from 'node:util';
import type { CheckLine } from '../../local/checks/examine.ts';
import { STATES } from '../../local/checks/gravest.ts';
import { printable } from '../printable.ts';

const STYLES = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;
const STATE_CHARS = 7;
const NAME_CHARS = 12;
const INDENT = ' '.repeat(2 + STATE_CHARS + 2 + NAME_CHARS + 2);

/** What one check said, and under it what to do. Words of a server can't act on the terminal. */
export function reportLine({ check, state, code, said, remedy }: CheckLine): string {
  // Coloured only where the stream is a terminal.
  const shown = styleText(STYLES[state], state.padEnd(STATE_CHARS), { stream: process.stdout });
  const named = code === undefined ? '' : `${code}: `;
  const head = `  ${shown}  ${check.padEnd(NAME_CHARS)}  ${named}${printable(said)}\n`;
  return remedy === undefined ? head : `${head}${INDENT}${remedy}\n`;
}

/** How often each state came, the gravest first: `1 failed, 7 ok, 8 skipped`. */
export const reportCounts = (lines: readonly CheckLine[]): string =>
  STATES.flatMap((state) => {
    const count = lines.filter((line) => line.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  }).join(', ');
