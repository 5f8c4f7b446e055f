import type { CheckLine } from './examine.ts';

/** The states of a check, the gravest first. */
export const STATES = ['failed', 'warning', 'ok', 'skipped'] as const;

/** The gravest state of all checks. */
export const gravest = (lines: readonly CheckLine[]): CheckLine['state'] =>
  STATES.find((state) => lines.some((line) => line.state === state)) ?? 'ok';
