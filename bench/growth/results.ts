import { z } from 'zod';

const POSITIVE = z.number().positive();

const BACKLOG = z.strictObject({
  events: POSITIVE,
  eventsPerSecond: POSITIVE,
  rssPeakMb: POSITIVE,
  /** What AWS would bill for collecting it, once. */
  usd: POSITIVE,
  /** Its units were counted; otherwise they are computed from those of smaller backlogs. */
  isUsdCounted: z.boolean(),
});

const TENANTS = z.strictObject({
  tenants: POSITIVE,
  eventsEach: POSITIVE,
  /** Of all tenants together. */
  eventsPerSecond: POSITIVE,
  /** Of the one process that all their pollers share. */
  rssPeakMb: POSITIVE,
  /** Of one round, by kind. */
  requests: z.record(z.string(), z.number()),
  /** What AWS would bill for a month without events, with the part that tenants share. */
  idleUsdAMonth: POSITIVE,
});

const GROWTH = z.strictObject({
  node: z.string(),
  cpus: POSITIVE,
  eventBytes: POSITIVE,
  pollerMemoryMb: POSITIVE,
  backlogs: z.array(BACKLOG).min(1).readonly(),
  tenants: z.array(TENANTS).min(1).readonly(),
});

export type BacklogResult = Readonly<z.infer<typeof BACKLOG>>;
export type TenantsResult = Readonly<z.infer<typeof TENANTS>>;
/** What `bench/growth.json` keeps, and all that the drawing is made from. */
export type Growth = Readonly<z.infer<typeof GROWTH>>;

/** @throws {z.ZodError} for a text that no bench has written */
export const parseGrowth = (text: string): Growth => GROWTH.parse(JSON.parse(text));
