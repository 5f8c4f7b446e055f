import { Agent } from 'node:https';
import axios from 'axios';
import { generate } from 'selfsigned';
import { expect, it } from 'vitest';
import { makeEvents, serve } from './tenant-client.ts';

const NAME = 'acme.us.auth0.com';

it('a tenant served over TLS goes by its name, in its certificate and in its links', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: NAME }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const [first, second] = makeEvents(2);
  const { tenant, form } = await serve(
    [first, second].flatMap((event) => event ?? []),
    {
      canonicalDomain: NAME,
      tls: { name: NAME, key, cert },
    },
  );
  const client = axios.create({
    baseURL: `https://${tenant.host}`,
    httpsAgent: new Agent({ ca: cert, servername: NAME }),
  });
  const token = await client.post('/oauth/token', form());
  const headers = { authorization: `Bearer ${token.data.access_token}` };
  const page = await client.get('/api/v2/logs?from=0&take=1', { headers });
  expect(page.data).toMatchObject([{ log_id: first?.logId }]);
  expect(page.headers['link']).toBe(
    `<https://${NAME}/api/v2/logs?from=${first?.logId}&take=1>; rel="next"`,
  );
});
