import { ANSWERS } from './faults/answers.ts';
import { CREDENTIALS } from './faults/credentials.ts';
import { LIMITS } from './faults/limits.ts';
import type { Scenario } from './faults/scenario.ts';

export type { Scenario } from './faults/scenario.ts';

/** Faults of the outside, each of which has to end with a complete archive or a recorded gap. */
export const SCENARIOS: readonly Scenario[] = [...ANSWERS, ...LIMITS, ...CREDENTIALS];
