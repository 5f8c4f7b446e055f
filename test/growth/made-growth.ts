import type { Growth } from '../../bench/growth/results.ts';

/** Results that nobody measured, of the form that measured ones have. */
export const MADE: Growth = {
  node: '24.0.0',
  cpus: 2,
  eventBytes: 2_200,
  pollerMemoryMb: 512,
  backlogs: [
    { events: 10_000, eventsPerSecond: 9_400, rssPeakMb: 118, usd: 0.0062, isUsdCounted: true },
    { events: 30_000, eventsPerSecond: 12_100, rssPeakMb: 124, usd: 0.0163, isUsdCounted: true },
    { events: 100_000, eventsPerSecond: 13_900, rssPeakMb: 127, usd: 0.049, isUsdCounted: true },
    { events: 300_000, eventsPerSecond: 14_200, rssPeakMb: 127, usd: 0.141, isUsdCounted: false },
    { events: 1_000_000, eventsPerSecond: 14_100, rssPeakMb: 129, usd: 0.462, isUsdCounted: false },
  ],
  tenants: [1, 3, 10, 30, 100, 200].map((tenants) => ({
    tenants,
    eventsEach: 2_000,
    eventsPerSecond: 14_000 + tenants,
    rssPeakMb: 150 + 5.5 * tenants,
    requests: { 'auth0 logs page': 21 * tenants, 'sqs SendMessage': 2 * tenants },
    idleUsdAMonth: 5.86 + 0.65 * tenants,
  })),
};
