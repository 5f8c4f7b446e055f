import type { Rule } from '../rule.ts';
import { ACCESS_RULES } from './administrative-access.ts';
import { CLIENT_RULES } from './administrative-clients.ts';
import { CONNECTION_RULES } from './administrative-connections.ts';
import { FACTOR_RULES } from './administrative-factors.ts';
import { PEOPLE_RULES } from './administrative-people.ts';
import { PIPELINE_RULES } from './administrative-pipeline.ts';
import { PROTECTION_RULES } from './administrative-protection.ts';
import { TENANT_RULES } from './administrative-tenant.ts';

/** What administrators and programs do to the tenant. */
export const ADMINISTRATIVE_RULES: readonly Rule[] = [
  ...PROTECTION_RULES,
  ...FACTOR_RULES,
  ...CLIENT_RULES,
  ...TENANT_RULES,
  ...PEOPLE_RULES,
  ...ACCESS_RULES,
  ...CONNECTION_RULES,
  ...PIPELINE_RULES,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
