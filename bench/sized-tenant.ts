/**
 * A simulated tenant in a process of its own, with events of one size and no rate limit:
 * `node bench/sized-tenant.ts COUNT BYTES`. Prints where it is and how to sign in, as JSON.
 */
import { EventBlocks } from '../local/tenant/event-block.ts';
import { generatedBlock } from '../local/tenant/generated-block.ts';
import { startSimulatedTenant } from '../local/tenant/server.ts';
import { createTraffic } from '../local/tenant/traffic.ts';
import { sized } from './sized-traffic.ts';

const SEED = 7;
const UNLIMITED = { burst: 1e9, sustained: 1e9, perSeconds: 1 };
const DAY_MS = 24 * 3600_000;

const [count = 0, bytes = 2048] = process.argv.slice(2).map(Number);
const events = new EventBlocks();
const nowMs = Date.now();
const traffic = sized(createTraffic({ seed: SEED, hostname: 'bench.us.auth0.com' }), bytes);
events.add(
  generatedBlock({
    traffic,
    seed: SEED,
    count,
    fromMs: nowMs - DAY_MS,
    toMs: nowMs,
    firstIndex: 0,
  }),
);
const credentials = { clientId: 'bench', clientSecret: 'bench' };
const tenant = await startSimulatedTenant({
  events,
  applications: [{ ...credentials, mayUseClientCredentials: true, scopes: ['read:logs'] }],
  plan: 'enterprise',
  rateLimit: UNLIMITED,
});
process.stdout.write(`${JSON.stringify({ host: tenant.host, ...credentials })}\n`);
process.once('SIGTERM', () => process.exit(0));
