import { type Facts, FOUND_BY } from './facts.ts';
import type { Subject } from './subject.ts';
import { skipped, type Verdict } from './verdict.ts';

/** One question about a tenant. */
export interface Check {
  readonly name: string;
  /** Asks it; without the facts that it needs the check is skipped. */
  readonly run: (subject: Subject, facts: Partial<Facts>) => Promise<Verdict>;
}

/**
 * Makes a check that is skipped, with the reason, when an earlier one did not find out what it
 * needs.
 */
export const check = <Need extends keyof Facts = never>(
  name: string,
  needs: readonly Need[],
  ask: (subject: Subject, facts: Pick<Facts, Need>) => Verdict | Promise<Verdict>,
): Check => ({
  name,
  run: async (subject, facts) => {
    const missing = needs.find((need) => facts[need] === undefined);
    if (missing !== undefined) return skipped(`needs "${FOUND_BY[missing]}" to be fine`);
    return ask(subject, facts as Pick<Facts, Need>);
  },
});
