import { ADMINISTRATION } from './administration.ts';
import type { Attack } from './attack.ts';
import { FACTOR_ATTACKS } from './factors.ts';
import { GUESSING } from './guessing.ts';
import { SESSION_ATTACKS } from './sessions.ts';

/** Every attack that the simulated tenant can play. */
export const ATTACKS = {
  ...GUESSING,
  ...FACTOR_ATTACKS,
  ...SESSION_ATTACKS,
  ...ADMINISTRATION,
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;

export const ATTACK_NAMES = Object.keys(ATTACKS) as AttackName[];
