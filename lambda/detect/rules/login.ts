import type { Rule } from '../rule.ts';
import { CLIENT_RULES } from './login-clients.ts';
import { GUESSING_RULES } from './login-guessing.ts';
import { RISK_RULES } from './login-risk.ts';
import { STOLEN_RULES } from './login-stolen.ts';
import { TRAVEL_RULES } from './login-travel.ts';
import { WAVE_RULES } from './login-waves.ts';

/** User Login Anomaly. */
export const LOGIN_RULES: readonly Rule[] = [
  ...GUESSING_RULES,
  ...WAVE_RULES,
  ...STOLEN_RULES,
  ...RISK_RULES,
  ...TRAVEL_RULES,
  ...CLIENT_RULES,
].sort((a, b) => a.id.localeCompare(b.id));
