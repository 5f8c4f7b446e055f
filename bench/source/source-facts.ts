/** What the tenant, its readers and the services beside them agree on. */

/** No name server is asked for it; see `route.ts`. */
export const TENANT_DOMAIN = 'bench.us.auth0.com';
export const CREDENTIALS = { clientId: 'bench', clientSecret: 'bench' };
/** The size of each event as JSON, in bytes. */
export const EVENT_BYTES = 2_200;
