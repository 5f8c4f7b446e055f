import type { CollectorError } from '../platform/errors.ts';
import * as z from '../platform/schema.ts';

/** How a tenant is doing, for people and for programs. */
export const TENANT_STATES = [
  'pending-credentials',
  'configured',
  'healthy',
  'throttled',
  'degraded',
  'failed',
  'paused',
] as const;

export type TenantState = (typeof TENANT_STATES)[number];

/** Why a poll ended. */
export type StopReason =
  | 'caught-up'
  | 'time-budget'
  | 'page-budget'
  | 'throttled'
  | 'locked'
  | 'paused'
  | 'failed';

export const TENANT_STATUS = z.object({
  state: z.enum(TENANT_STATES),
  lastPollAt: z.optional(z.string()),
  lastSuccessAt: z.optional(z.string()),
  lastError: z.optional(
    z.object({ code: z.string(), message: z.string(), remedy: z.string(), at: z.string() }),
  ),
  /** The largest part of the rate bucket that the last poll saw in use, 0 to 1. */
  rateShareUsed: z.optional(z.number()),
});

export type TenantStatus = z.infer<typeof TENANT_STATUS>;

export const NEW_STATUS: TenantStatus = { state: 'configured' };

/** The status after a poll. What was collected counts as success even if the poll was cut short. */
export function nextStatus(
  before: TenantStatus,
  reason: StopReason,
  error: CollectorError | undefined,
  now: Date,
): TenantStatus {
  const at = now.toISOString();
  const lastError =
    error === undefined
      ? before.lastError
      : { code: error.code, message: error.message, remedy: error.remedy, at };
  const isSuccess = reason !== 'failed';
  return {
    state: stateAfter(reason, error),
    lastPollAt: at,
    ...(isSuccess
      ? { lastSuccessAt: at }
      : before.lastSuccessAt && { lastSuccessAt: before.lastSuccessAt }),
    ...(lastError && { lastError }),
  };
}

function stateAfter(reason: StopReason, error: CollectorError | undefined): TenantState {
  if (reason === 'throttled') return 'throttled';
  if (reason === 'paused') return 'paused';
  if (reason !== 'failed') return 'healthy';
  if (error?.code === 'CREDENTIALS_NOT_SET') return 'pending-credentials';
  return error?.kind === 'transient' ? 'degraded' : 'failed';
}
