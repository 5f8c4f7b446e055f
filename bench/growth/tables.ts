import { figure } from '../figure.ts';
import type { Growth } from './results.ts';

export function printGrowth({ backlogs, tenants }: Growth): void {
  process.stdout.write('\nBacklogs of one tenant\n');
  console.table(
    backlogs.map((one) => ({
      events: figure(one.events),
      'events/s': figure(one.eventsPerSecond),
      'RSS peak MB': figure(one.rssPeakMb),
      'US dollars': figure(one.usd, 4),
      'its units': one.isUsdCounted ? 'counted' : 'computed',
    })),
  );
  process.stdout.write('\nTenants that start at once, in one process\n');
  console.table(
    tenants.map((one) => ({
      tenants: figure(one.tenants),
      'events/s': figure(one.eventsPerSecond),
      'RSS peak MB': figure(one.rssPeakMb),
      requests: figure(Object.values(one.requests).reduce((sum, count) => sum + count, 0)),
      'US dollars a month, idle': figure(one.idleUsdAMonth, 2),
    })),
  );
}
