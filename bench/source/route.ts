import https from 'node:https';
import { TENANT_DOMAIN } from './source-facts.ts';
import type { TenantPlace } from './tenant.ts';

/**
 * Leads the connections of this process that are for the tenant's name to where the simulated one
 * listens, and trusts its certificate. It takes the place of a name server and of a public
 * authority; the handshake and the check of the name are those of any other tenant.
 */
export function routeToTenant({ port, certificate }: TenantPlace): void {
  const { prototype } = https.Agent;
  const connect = prototype.createConnection;
  prototype.createConnection = function (options, callback) {
    const isTenant = options.host === TENANT_DOMAIN;
    const route = { host: '127.0.0.1', port, ca: certificate };
    return connect.call(this, isTenant ? { ...options, ...route } : options, callback);
  };
}
