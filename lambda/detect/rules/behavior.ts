import type { Rule } from '../rule.ts';
import { FACTOR_RULES } from './behavior-factors.ts';
import { FLOOD_RULES } from './behavior-floods.ts';
import { TAKEOVER_RULES } from './behavior-takeover.ts';
import { TOKEN_RULES } from './behavior-tokens.ts';

/** User Behavior Anomaly. */
export const BEHAVIOR_RULES: readonly Rule[] = [
  ...TOKEN_RULES,
  ...FACTOR_RULES,
  ...TAKEOVER_RULES,
  ...FLOOD_RULES,
].sort((a, b) => a.id.localeCompare(b.id));
