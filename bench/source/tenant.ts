/**
 * A simulated tenant over TLS in a process of its own, with events of one size and no rate limit:
 * forked with the latency of its answers in milliseconds, and asked {@link TenantQuestion}s.
 */
import { generate } from 'selfsigned';
import { EventBlocks } from '../../local/tenant/event-block.ts';
import { type Exchange, startSimulatedTenant } from '../../local/tenant/server.ts';
import { type Counts, countConnections, Tally } from './counts.ts';
import { answerQuestions } from './helper.ts';
import { PrintedEvents } from './printed-events.ts';
import { CREDENTIALS, EVENT_BYTES, TENANT_DOMAIN } from './source-facts.ts';

/** `grow` adds events behind the others. */
export type TenantQuestion = { readonly ask: 'place' | 'served' } | { readonly grow: number };

/** Where it listens, and the certificate to trust. */
export interface TenantPlace {
  readonly port: number;
  readonly certificate: string;
}

/** Requests since it was asked last, and connections since it was started. */
export interface Served {
  readonly requests: Counts;
  readonly connections: Counts;
}

const UNLIMITED = { burst: 1e9, sustained: 1e9, perSeconds: 1 };

const requests = new Tally();
const names = new Map<number, string>();
const connections = countConnections(names);
const printed = new PrintedEvents(EVENT_BYTES);
const events = new EventBlocks();
events.add(printed);
const { private: key, cert } = await generate([{ name: 'commonName', value: TENANT_DOMAIN }], {
  keyType: 'ec',
  algorithm: 'sha256',
});
const tenant = await startSimulatedTenant({
  events,
  applications: [{ ...CREDENTIALS, mayUseClientCredentials: true, scopes: ['read:logs'] }],
  plan: 'enterprise',
  rateLimit: UNLIMITED,
  canonicalDomain: TENANT_DOMAIN,
  tls: { name: TENANT_DOMAIN, key, cert },
  latencyMs: Number(process.argv[2]),
  onAnswered: (exchange) => requests.add(kindOf(exchange)),
});
const port = Number(tenant.host.split(':')[1]);
names.set(port, 'auth0');

answerQuestions((question: TenantQuestion): TenantPlace | Served | undefined => {
  if ('grow' in question) {
    printed.count += question.grow;
    return undefined;
  }
  return question.ask === 'place'
    ? { port, certificate: cert }
    : { requests: requests.take(), connections: connections() };
});

function kindOf({ path, status }: Exchange): string {
  const [name = ''] = path.split('?');
  const kind = { '/oauth/token': 'auth0 token', '/api/v2/logs': 'auth0 logs page' }[name];
  return status === 200 ? (kind ?? `auth0 ${name}`) : `auth0 ${name} ${status}`;
}
