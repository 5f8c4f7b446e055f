import type { Profiles } from '../profiles.ts';
import type { Rule } from '../rule.ts';
import { ABSENCE_RULES } from './absence.ts';
import { ADMINISTRATIVE_RULES } from './administrative.ts';
import { ADMINISTRATIVE_PROFILES } from './administrative-profiles.ts';
import { BEHAVIOR_RULES } from './behavior.ts';
import { LOGIN_RULES } from './login.ts';
import { LOGIN_PROFILES } from './login-profiles.ts';
import { OPERATIONS_RULES } from './operations.ts';

/** Every rule that ships. */
export const RULES: readonly Rule[] = [
  ...ADMINISTRATIVE_RULES,
  ...LOGIN_RULES,
  ...BEHAVIOR_RULES,
  ...OPERATIONS_RULES,
  ...ABSENCE_RULES,
];

/** What the rules remember of entities over months. */
export const PROFILES: Profiles = { ...ADMINISTRATIVE_PROFILES, ...LOGIN_PROFILES };
