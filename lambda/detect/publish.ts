import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import type { Incident } from './incident.ts';
import type { IncidentStore, Reason } from './incident-store.ts';

/** Somewhere that incidents are published to. It may get the same one again. */
export type Outlet = (incident: Incident, reason: Reason) => Promise<void>;

/** What came of publishing. */
export interface Published {
  readonly published: number;
  readonly failures: readonly CollectorError[];
}

/**
 * Publishes what is noted as unpublished; what an outlet refuses stays noted, and comes again with
 * the next run.
 */
export type Publisher = (tenant: string) => Promise<Published>;

/** From the most to the least worth telling. */
const REASONS: readonly Reason[] = ['opened', 'escalated', 'grown'];

export function createPublisher(incidents: IncidentStore, outlets: readonly Outlet[]): Publisher {
  return async (tenant) => {
    let published = 0;
    const failures: CollectorError[] = [];
    for (const { id, reasons } of await incidents.unpublished(tenant)) {
      const incident = await incidents.get(tenant, id);
      const reason = REASONS.find((one) => reasons.includes(one)) ?? 'grown';
      try {
        // Noted before it was saved: without it the run that raises it is still to be repeated.
        if (incident === undefined) continue;
        for (const outlet of outlets) await outlet(incident, reason);
        await incidents.published(tenant, id);
        published += 1;
      } catch (thrown) {
        failures.push(asCollectorError(thrown));
      }
    }
    return { published, failures };
  };
}
