import { type PlanName, RETENTION_DAYS } from '../platform/names.ts';

/** What a subscription plan means for a collector. */
export interface Plan {
  /** How long Auth0 keeps log events. */
  readonly retentionDays: number;
  /** The rate limit that governs reading logs (docs: "Rate Limit Policy", Management API). */
  readonly rateLimit: RateLimitRule;
}

export interface RateLimitRule {
  readonly burst: number;
  readonly sustained: number;
  readonly perSeconds: number;
}

const READ_LOGS: RateLimitRule = { burst: 10, sustained: 100, perSeconds: 60 };

export const PLANS: Readonly<Record<PlanName, Plan>> = {
  free: {
    retentionDays: RETENTION_DAYS.free,
    rateLimit: { burst: 2, sustained: 2, perSeconds: 1 },
  },
  essentials: { retentionDays: RETENTION_DAYS.essentials, rateLimit: READ_LOGS },
  professional: { retentionDays: RETENTION_DAYS.professional, rateLimit: READ_LOGS },
  enterprise: {
    retentionDays: RETENTION_DAYS.enterprise,
    rateLimit: { burst: 50, sustained: 16, perSeconds: 1 },
  },
};
