import { ANSWERS } from './faults/answers.ts';
import { CREDENTIALS } from './faults/credentials.ts';
import { DELIVERIES } from './faults/deliveries.ts';
import { GAPS } from './faults/gaps.ts';
import { LEASES } from './faults/leases.ts';
import { LIMITS } from './faults/limits.ts';
import { PAGES } from './faults/pages.ts';
import { REFUSALS } from './faults/refusals.ts';
import type { Scenario } from './faults/scenario.ts';
import { STORES } from './faults/stores.ts';
import { TIME } from './faults/time.ts';

export type { Scenario } from './faults/scenario.ts';

/** Faults of the outside, each of which has to end with a complete archive or a recorded gap. */
export const SCENARIOS: readonly Scenario[] = [
  ...ANSWERS,
  ...PAGES,
  ...LIMITS,
  ...CREDENTIALS,
  ...STORES,
  ...LEASES,
  ...DELIVERIES,
  ...TIME,
  ...GAPS,
  ...REFUSALS,
];
