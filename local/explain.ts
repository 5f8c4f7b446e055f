import { CollectorError } from '../lambda/platform/errors.ts';
import { HelpShown, UsageError } from './usage-error.ts';

export const EXIT_FINE = 0;
export const EXIT_USAGE = 2;

/**
 * Ends a command that threw: one sentence and the remedy for what a person can mend. Anything else
 * is a defect and shows its trace.
 *
 * @returns the exit code
 */
export function explain(thrown: unknown): number {
  if (thrown instanceof HelpShown) return EXIT_FINE;
  if (thrown instanceof UsageError) {
    process.stderr.write(`${thrown.message}\n`);
    return EXIT_USAGE;
  }
  if (thrown instanceof CollectorError) {
    process.stderr.write(`${thrown.code}: ${thrown.message}\n${thrown.remedy}\n`);
    return EXIT_USAGE;
  }
  throw thrown;
}
