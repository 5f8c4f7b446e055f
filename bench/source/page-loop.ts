import https from 'node:https';
import axios from 'axios';
import type { Reader } from './reader.ts';
import { CREDENTIALS, TENANT_DOMAIN } from './source-facts.ts';

const NEXT_LINK = /<([^>]+)>;\s*rel="next"/;

/**
 * The limit that the source sets: a loop that follows the `next` link, parses each page, and drops
 * it. It keeps its connection alive, as anybody would, and keeps no books.
 */
export async function openPageLoop(): Promise<Reader> {
  const client = axios.create({
    baseURL: `https://${TENANT_DOMAIN}`,
    httpsAgent: new https.Agent({ keepAlive: true }),
  });
  const { clientId, clientSecret } = CREDENTIALS;
  const token = await client.post('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: `https://${TENANT_DOMAIN}/api/v2/`,
  });
  const headers = { authorization: `Bearer ${token.data.access_token}` };
  // An id below all others.
  let next = '/api/v2/logs?from=0&take=100';
  return {
    read: async () => {
      for (let events = 0; ; ) {
        const page = await client.get<unknown[]>(next, { headers });
        next = NEXT_LINK.exec(String(page.headers['link']))?.[1] ?? next;
        if (page.data.length === 0) return { events, requests: {} };
        events += page.data.length;
      }
    },
    connections: async () => ({}),
    stop: async () => undefined,
  };
}
