import { EventBlocks, TextBlock } from '../../local/tenant/event-block.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../local/tenant/server.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';
import { sized } from '../sized-traffic.ts';
import { EVENT_BYTES, EVENTS_OF_A_MONTH, MINUTES_A_MONTH } from './assumptions.ts';

const SEED = 7;
const UNLIMITED = { burst: 1e9, sustained: 1e9, perSeconds: 1 };
/**
 * All events come from the last hours, so that none is about to be dropped, and from one day, so that
 * the lake has as many objects at any time.
 */
const SLOT_MS = 8 * 3600_000;
const EVENT_EVERY_MS = Math.floor((MINUTES_A_MONTH * 60_000) / EVENTS_OF_A_MONTH);

/** A simulated tenant that gets new events only when it is told to, each of the same size. */
export class GrowingTenant {
  readonly credentials = { clientId: 'collector', clientSecret: 'a secret of nobody' };
  readonly #events = new TextBlock();
  readonly #traffic = sized(
    createTraffic({ seed: SEED, hostname: 'acme.us.auth0.com' }),
    EVENT_BYTES,
  );
  #nextMs = (Math.floor(Date.now() / SLOT_MS) - 1) * SLOT_MS;
  #server: SimulatedTenant | undefined;

  /** @param backlog so many events lie further in the past, as a backlog of that size does */
  static async start(backlog: number): Promise<GrowingTenant> {
    const tenant = new GrowingTenant();
    tenant.#nextMs -= backlog * EVENT_EVERY_MS;
    const events = new EventBlocks();
    events.add(tenant.#events);
    tenant.#server = await startSimulatedTenant({
      events,
      applications: [
        { ...tenant.credentials, mayUseClientCredentials: true, scopes: ['read:logs'] },
      ],
      plan: 'enterprise',
      rateLimit: UNLIMITED,
    });
    return tenant;
  }

  get host(): string {
    return this.#server?.host ?? '';
  }

  add(count: number): void {
    for (let added = 0; added < count; added += 1) {
      const index = this.#events.count;
      const ingestedMs = this.#nextMs;
      const logId = makeLogId(ingestedMs, 0, index);
      const event = this.#traffic.event({ index, logId, date: new Date(ingestedMs) });
      const json = Buffer.from(JSON.stringify(event));
      this.#events.append({ logId, dateMs: ingestedMs, ingestedMs, json });
      this.#nextMs += EVENT_EVERY_MS;
    }
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
